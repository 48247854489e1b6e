package cryptoki

// Object classes.
const (
	ClassCertificate = 1
	ClassPublicKey   = 2
	ClassPrivateKey  = 3
)

// Key types.
const (
	KeyRSA     = 0x00
	KeyEC      = 0x03
	KeyEdwards = 0x40
)

// Attributes.
const (
	AttrClass              = 0x000
	AttrToken              = 0x001
	AttrPrivate            = 0x002
	AttrLabel              = 0x003
	AttrValue              = 0x011
	AttrCertificateType    = 0x080
	AttrIssuer             = 0x081
	AttrSerialNumber       = 0x082
	AttrKeyType            = 0x100
	AttrSubject            = 0x101
	AttrID                 = 0x102
	AttrSensitive          = 0x103
	AttrSign               = 0x108
	AttrVerify             = 0x10a
	AttrModulus            = 0x120
	AttrModulusBits        = 0x121
	AttrPublicExponent     = 0x122
	AttrExtractable        = 0x162
	AttrECParams           = 0x180
	AttrECPoint            = 0x181
	AttrAlwaysAuthenticate = 0x202
)

// Mechanisms.
const (
	MechRSAGenerate     = 0x0000
	MechRSAPKCS         = 0x0001
	MechRSARaw          = 0x0003
	MechRSAPSS          = 0x000d
	MechECGenerate      = 0x1040
	MechECDSA           = 0x1041
	MechEdwardsGenerate = 0x1055
	MechEdDSA           = 0x1057
)

// Flags of a token.
const (
	FlagWriteProtected  = 1 << 1
	FlagLoginRequired   = 1 << 2
	FlagUserPINSet      = 1 << 3
	FlagProtectedPath   = 1 << 8
	FlagTokenInitalized = 1 << 10
	FlagPINCountLow     = 1 << 16
	FlagPINFinalTry     = 1 << 17
	FlagPINLocked       = 1 << 18
)

// Users.
const (
	UserNormal  = 1
	UserContext = 2 // for one operation of a key with CKA_ALWAYS_AUTHENTICATE
)

// Unavailable is CK_UNAVAILABLE_INFORMATION; as a limit, 0 means that there is none.
const Unavailable = ^uint(0)

// Error is a return value other than CKR_OK.
type Error uint

// The return values that the helper acts on.
const (
	ErrHostMemory           Error = 0x002
	ErrSlotInvalid          Error = 0x003
	ErrGeneral              Error = 0x005
	ErrFunctionFailed       Error = 0x006
	ErrArguments            Error = 0x007
	ErrCantLock             Error = 0x00a
	ErrAttributeSensitive   Error = 0x011
	ErrAttributeType        Error = 0x012
	ErrDataLength           Error = 0x021
	ErrDevice               Error = 0x030
	ErrDeviceMemory         Error = 0x031
	ErrDeviceRemoved        Error = 0x032
	ErrFunctionUnsupported  Error = 0x054
	ErrKeyHandle            Error = 0x060
	ErrKeySize              Error = 0x062
	ErrKeyTypeInconsistent  Error = 0x063
	ErrKeyFunction          Error = 0x068
	ErrMechanism            Error = 0x070
	ErrMechanismParam       Error = 0x071
	ErrObjectHandle         Error = 0x082
	ErrOperationActive      Error = 0x090
	ErrOperationNot         Error = 0x091
	ErrPINIncorrect         Error = 0x0a0
	ErrPINInvalid           Error = 0x0a1
	ErrPINLength            Error = 0x0a2
	ErrPINExpired           Error = 0x0a3
	ErrPINLocked            Error = 0x0a4
	ErrSessionClosed        Error = 0x0b0
	ErrSessionCount         Error = 0x0b1
	ErrSessionHandle        Error = 0x0b3
	ErrSessionReadOnly      Error = 0x0b5
	ErrTokenNotPresent      Error = 0x0e0
	ErrTokenNotRecognized   Error = 0x0e1
	ErrTokenWriteProtected  Error = 0x0e2
	ErrUserAlreadyLoggedIn  Error = 0x100
	ErrUserNotLoggedIn      Error = 0x101
	ErrUserPINNotSet        Error = 0x102
	ErrBufferTooSmall       Error = 0x150
	ErrNotInitialized       Error = 0x190
	ErrAlreadyInitialized   Error = 0x191
	ErrActionProhibited     Error = 0x01b
	ErrTemplateIncomplete   Error = 0x0d0
	ErrTemplateInconsistent Error = 0x0d1
	ErrCurveUnsupported     Error = 0x140
)
