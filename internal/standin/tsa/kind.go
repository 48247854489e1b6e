package tsa

import (
	"bytes"
	"net/http"
	"time"
)

// Kind is the one way in which an answer is wrong.
type Kind string

// The kinds. Each names what it does and nothing else is wrong with it.
const (
	Good             Kind = "good"
	GoodV1           Kind = "good-v1" // ESSCertID, SHA-1, as before RFC 5816
	BadImprint       Kind = "bad-imprint"
	OtherHash        Kind = "other-hash" // the digest under the name of another hash
	WrongNonce       Kind = "wrong-nonce"
	NoNonce          Kind = "no-nonce"
	WrongUsage       Kind = "wrong-usage"
	NoUsage          Kind = "no-usage"
	UsageNotCritical Kind = "usage-not-critical"
	UsageNotAlone    Kind = "usage-not-alone"
	Old              Kind = "old"
	Future           Kind = "future"
	Huge             Kind = "huge"
	Slow             Kind = "slow"   // headers, then an octet now and then
	Silent           Kind = "silent" // nothing at all
	Garbage          Kind = "garbage"
	Empty            Kind = "empty"
	HTML             Kind = "html"
	Cut              Kind = "cut"
	Trailing         Kind = "trailing"
	Rejection        Kind = "rejection"
	Waiting          Kind = "waiting"
	NoTime           Kind = "no-time" // timeNotAvailable
	GrantedNothing   Kind = "granted-nothing"
	ServerError      Kind = "server-error"
	Forbidden        Kind = "forbidden"
	Redirect         Kind = "redirect"
	TwoSigners       Kind = "two-signers"
	NoSigner         Kind = "no-signer"
	BrokenSignature  Kind = "broken-signature"
	ChangedContent   Kind = "changed-content" // TSTInfo that was not signed
	WrongPolicy      Kind = "wrong-policy"
	OtherCertificate Kind = "other-certificate" // ESSCertIDv2 names another one
	NoCertificateID  Kind = "no-certificate-id"
	NoCertificates   Kind = "no-certificates"
	NotTSTInfo       Kind = "not-tst-info"
	WeakDigest       Kind = "weak-digest" // SHA-1, signed over SHA-1
	Expired          Kind = "expired"     // its certificate has run out
)

// misbehave answers in ways that are not about the token.
func (a *Authority) misbehave(k Kind, w http.ResponseWriter, r *http.Request) bool {
	reply := func(body []byte) {
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(body)
	}
	switch k {
	case Huge:
		reply(make([]byte, 2<<20))
	case Slow:
		drip(w, r)
	case Silent:
		<-r.Context().Done()
	case Garbage:
		reply(bytes.Repeat([]byte("garbage "), 40))
	case Empty:
		reply(nil)
	case HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><title>Welcome</title>"))
	case ServerError:
		w.WriteHeader(http.StatusInternalServerError)
	case Forbidden:
		w.WriteHeader(http.StatusForbidden)
	case Redirect:
		http.Redirect(w, r, "/"+string(Good), http.StatusTemporaryRedirect)
	default:
		return false
	}
	return true
}

func drip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/timestamp-reply")
	for r.Context().Err() == nil {
		if _, err := w.Write([]byte{0x30}); err != nil {
			return
		}
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
