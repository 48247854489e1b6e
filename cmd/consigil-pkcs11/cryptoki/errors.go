package cryptoki

import "fmt"

// Error names the return value as the standard does where that helps a person, and gives its number always.
func (e Error) Error() string {
	name := e.name()
	if name == "" {
		return fmt.Sprintf("the module answered 0x%x", uint(e))
	}
	return fmt.Sprintf("the module answered %s (0x%x)", name, uint(e))
}

func (e Error) name() string {
	switch e {
	case ErrGeneral:
		return "CKR_GENERAL_ERROR"
	case ErrFunctionFailed:
		return "CKR_FUNCTION_FAILED"
	case ErrArguments:
		return "CKR_ARGUMENTS_BAD"
	case ErrDevice:
		return "CKR_DEVICE_ERROR"
	case ErrDeviceMemory:
		return "CKR_DEVICE_MEMORY"
	case ErrDeviceRemoved:
		return "CKR_DEVICE_REMOVED"
	case ErrKeyFunction:
		return "CKR_KEY_FUNCTION_NOT_PERMITTED"
	case ErrMechanism:
		return "CKR_MECHANISM_INVALID"
	case ErrMechanismParam:
		return "CKR_MECHANISM_PARAM_INVALID"
	case ErrPINIncorrect:
		return "CKR_PIN_INCORRECT"
	case ErrPINLocked:
		return "CKR_PIN_LOCKED"
	case ErrPINExpired:
		return "CKR_PIN_EXPIRED"
	case ErrSessionCount:
		return "CKR_SESSION_COUNT"
	}
	return e.nameOfRest()
}

func (e Error) nameOfRest() string {
	switch e {
	case ErrTokenNotPresent:
		return "CKR_TOKEN_NOT_PRESENT"
	case ErrTokenNotRecognized:
		return "CKR_TOKEN_NOT_RECOGNIZED"
	case ErrTokenWriteProtected:
		return "CKR_TOKEN_WRITE_PROTECTED"
	case ErrUserNotLoggedIn:
		return "CKR_USER_NOT_LOGGED_IN"
	case ErrUserPINNotSet:
		return "CKR_USER_PIN_NOT_INITIALIZED"
	case ErrNotInitialized:
		return "CKR_CRYPTOKI_NOT_INITIALIZED"
	case ErrCurveUnsupported:
		return "CKR_CURVE_NOT_SUPPORTED"
	case ErrTemplateInconsistent:
		return "CKR_TEMPLATE_INCONSISTENT"
	}
	return ""
}
