package token

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/token/wire"
)

var addresses = map[string]*URI{
	"pkcs11:": {},
	"pkcs11:token=consigil;object=seal": {
		Token: wire.Selector{Label: "consigil"}, Object: wire.Object{Label: "seal"},
	},
	"pkcs11:token=WD%20PROXKey;id=%01%FF;type=private": {
		Token: wire.Selector{Label: "WD PROXKey"}, Object: wire.Object{ID: []byte{1, 0xff}},
	},
	"pkcs11:serial=12;manufacturer=M;model=N;object=pecs%C3%A9t?pin-source=file:/run/pin&module-path=/usr/lib/m.so": {
		Token:  wire.Selector{Serial: "12", Manufacturer: "M", Model: "N"},
		Object: wire.Object{Label: "pecsét"}, PINSource: "/run/pin", Module: "/usr/lib/m.so",
	},
	"pkcs11:token=t?pin-source=file:///run/pin": {Token: wire.Selector{Label: "t"}, PINSource: "/run/pin"},
	"pkcs11:token=t?pin-source=/run/pin":        {Token: wire.Selector{Label: "t"}, PINSource: "/run/pin"},
}

func TestParseURI(t *testing.T) {
	for in, want := range addresses {
		got, err := ParseURI(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", in, diff)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, in := range []string{
		"", "token=x", "PKCS11:token=x", "pkcs11:token", "pkcs11:token=", "pkcs11:token=%zz", "pkcs11:token=a;token=b",
		"pkcs11:colour=red", "pkcs11:type=secret-key", "pkcs11:slot-id=-1", "pkcs11:token=%FF", "pkcs11:token=a?pin-value=2468",
		"pkcs11:?pin-source=run/2468", "pkcs11:?pin-source=%7Ccat%202468", "pkcs11:?module-path=m.so", "pkcs11:?module-name=softhsm2",
		"pkcs11:?pin-source=/a&pin-source=/b", "pkcs11:;", "pkcs11:token=" + strings.Repeat("x", maxURI),
	} {
		_, err := ParseURI(in)
		if !errors.Is(err, ErrURI) {
			t.Errorf("%q: %v", in, err)
		}
		if err != nil && strings.Contains(err.Error(), "2468") {
			t.Errorf("%q: the error repeats the value: %v", in, err)
		}
	}
}

// FuzzURI: what is written of an address that was read means the same.
func FuzzURI(f *testing.F) {
	for in := range addresses {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		u, err := ParseURI(in)
		if err != nil {
			return
		}
		again, err := ParseURI(u.String())
		if err != nil {
			t.Fatalf("%q was written as %q: %v", in, u, err)
		}
		u.PINSource, u.Module = "", ""
		if diff := cmp.Diff(u, again); diff != "" {
			t.Error(diff)
		}
	})
}
