// Package interop holds the tests that let independent judges look at what the
// library makes: EU DSS, pyHanko, pdfsig, mutool, qpdf and openssl. They run
// under the build tag "interop"; test/judges/install.sh installs the judges.
// Nothing here is part of the product.
package interop
