//go:build (linux || darwin) && (amd64 || arm64)

package cryptoki

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// function is a place in CK_FUNCTION_LIST.
type function int

const (
	fnInitialize      function = 0
	fnFinalize        function = 1
	fnGetInfo         function = 2
	fnGetSlotList     function = 4
	fnGetTokenInfo    function = 6
	fnGetMechanisms   function = 7
	fnOpenSession     function = 12
	fnCloseSession    function = 13
	fnGetSessionInfo  function = 15
	fnLogin           function = 18
	fnCreateObject    function = 20
	fnDestroyObject   function = 22
	fnGetAttribute    function = 24
	fnFindInit        function = 26
	fnFind            function = 27
	fnFindFinal       function = 28
	fnSignInit        function = 42
	fnSign            function = 43
	fnGenerateKeyPair function = 59

	functions = 68 // of PKCS#11 2.x, with which 3.0 begins
)

// functionList is CK_FUNCTION_LIST.
type functionList struct {
	version [2]byte
	entries [functions]uintptr
}

// Module is a loaded module. Its methods are safe for concurrent use between Initialize and Finalize.
type Module struct {
	list *functionList

	// alone is locked around each call of a module that cannot lock for itself.
	alone *sync.Mutex
}

// Open loads a module. Loading runs the module's own code: the path comes from the operator alone.
func Open(path string) (*Module, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("cannot load the module: %w", err)
	}
	get, err := purego.Dlsym(handle, "C_GetFunctionList")
	if err != nil {
		return nil, errors.New("this library is no PKCS#11 module")
	}
	m := &Module{}
	if rv, _, _ := purego.SyscallN(get, uintptr(unsafe.Pointer(&m.list))); rv != 0 {
		return nil, Error(rv)
	}
	if m.list == nil || m.list.version[0] < 2 {
		return nil, errors.New("this module is older than PKCS#11 2.0")
	}
	return m, nil
}

// memory holds what a call hands to C in its place until the call is over.
type memory struct{ runtime.Pinner }

func pin[T any](m *memory, p *T) uintptr {
	m.Pin(p)
	return uintptr(unsafe.Pointer(p))
}

func pinned[T any](m *memory, s []T) uintptr {
	if len(s) == 0 {
		return 0
	}
	return pin(m, &s[0])
}

// call calls a function and unpins what it was given.
func (m *Module) call(mem *memory, fn function, args ...uintptr) error {
	defer mem.Unpin()
	address := m.list.entries[fn]
	if address == 0 {
		return ErrFunctionUnsupported
	}
	if m.alone != nil {
		m.alone.Lock()
		defer m.alone.Unlock()
	}
	if rv, _, _ := purego.SyscallN(address, args...); rv != 0 {
		return Error(rv)
	}
	return nil
}

// initializeArgs is CK_C_INITIALIZE_ARGS.
type initializeArgs struct {
	mutexes  [4]uintptr
	flags    uint
	reserved uintptr
}

const osLocking = 2 // CKF_OS_LOCKING_OK

// Initialize begins work. A module that cannot lock is called by one thread at a time.
func (m *Module) Initialize() error {
	var mem memory
	err := m.call(&mem, fnInitialize, pin(&mem, &initializeArgs{flags: osLocking}))
	if errors.Is(err, ErrCantLock) {
		m.alone = &sync.Mutex{}
		err = m.call(&mem, fnInitialize, 0)
	}
	if errors.Is(err, ErrAlreadyInitialized) {
		return nil
	}
	return err
}

// Finalize ends work: all sessions and handles are void. No other call may be running.
func (m *Module) Finalize() error { return m.call(&memory{}, fnFinalize, 0) }

// info is CK_INFO.
type info struct {
	version      [2]byte
	manufacturer [32]byte
	flags        uint
	library      [32]byte
	libVersion   [2]byte
}

// Library is what the module calls itself.
func (m *Module) Library() (string, error) {
	var mem memory
	out := &info{}
	if err := m.call(&mem, fnGetInfo, pin(&mem, out)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %d.%d", padded(out.library[:]), out.libVersion[0], out.libVersion[1]), nil
}

// maxSlots bounds the list of slots.
const maxSlots = 1024

// Slots lists the slots that hold a token.
func (m *Module) Slots() ([]uint, error) {
	for {
		var mem memory
		n := new(uint)
		if err := m.call(&mem, fnGetSlotList, 1, 0, pin(&mem, n)); err != nil {
			return nil, err
		}
		if *n == 0 {
			return nil, nil
		}
		if *n > maxSlots {
			return nil, fmt.Errorf("the module claims %d slots", *n)
		}
		list := make([]uint, *n)
		err := m.call(&mem, fnGetSlotList, 1, pinned(&mem, list), pin(&mem, n))
		if errors.Is(err, ErrBufferTooSmall) {
			continue // one was plugged in between
		}
		if err != nil || *n > uint(len(list)) {
			return nil, err
		}
		return list[:*n], nil
	}
}

// tokenInfo is CK_TOKEN_INFO.
type tokenInfo struct {
	label         [32]byte
	manufacturer  [32]byte
	model         [16]byte
	serial        [16]byte
	flags         uint
	maxSessions   uint
	sessions      uint
	maxRWSessions uint
	rwSessions    uint
	pinLengths    [2]uint
	space         [4]uint
	versions      [4]byte
	time          [16]byte
}

// TokenInfo describes a token.
type TokenInfo struct {
	Label, Manufacturer, Model, Serial string
	Flags                              uint
	MaxSessions, MaxRWSessions         uint // 0: no limit; Unavailable: not told
}

// Has says whether a flag is set.
func (t TokenInfo) Has(flag uint) bool { return t.Flags&flag != 0 }

// TokenInfo describes the token in a slot.
func (m *Module) TokenInfo(slot uint) (TokenInfo, error) {
	var mem memory
	out := &tokenInfo{}
	if err := m.call(&mem, fnGetTokenInfo, uintptr(slot), pin(&mem, out)); err != nil {
		return TokenInfo{}, err
	}
	return TokenInfo{
		Label: padded(out.label[:]), Manufacturer: padded(out.manufacturer[:]), Model: padded(out.model[:]), Serial: padded(out.serial[:]),
		Flags: out.flags, MaxSessions: out.maxSessions, MaxRWSessions: out.maxRWSessions,
	}, nil
}

// maxMechanisms bounds the list of mechanisms.
const maxMechanisms = 4096

// Mechanisms lists what a token can do.
func (m *Module) Mechanisms(slot uint) ([]uint, error) {
	var mem memory
	n := new(uint)
	if err := m.call(&mem, fnGetMechanisms, uintptr(slot), 0, pin(&mem, n)); err != nil {
		return nil, err
	}
	if *n == 0 || *n > maxMechanisms {
		return nil, nil
	}
	list := make([]uint, *n)
	if err := m.call(&mem, fnGetMechanisms, uintptr(slot), pinned(&mem, list), pin(&mem, n)); err != nil {
		return nil, err
	}
	return list[:min(*n, uint(len(list)))], nil
}
