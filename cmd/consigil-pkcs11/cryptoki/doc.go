// Package cryptoki calls a PKCS#11 module (OASIS PKCS#11 2.40 and 3.0) without cgo. It holds the C layout and one thin
// method for each function that the helper uses; what to do with tokens, sessions and PINs is the helper's business.
//
// purego makes a program dynamically linked, and a module may crash: therefore nothing but cmd/consigil-pkcs11 imports
// this package, which internal/archtest enforces.
//
// The layout is that of the LP64 systems (CK_ULONG of 8 bytes, natural alignment): Linux and macOS on amd64
// and arm64. Windows has another one and is not supported.
package cryptoki
