//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"github.com/consigil/consigil/cmd/consigil-pkcs11/cryptoki"
	"github.com/consigil/consigil/internal/token/wire"
)

// tokens lists what is plugged in.
func (h *helper) tokens(_ *wire.Request, answer *wire.Response) error {
	list := func() (int, error) {
		h.running.RLock()
		defer h.running.RUnlock()
		var err error
		answer.Tokens, err = h.list()
		return h.epoch, err
	}
	epoch, err := list()
	if err == nil || !isGone(err) {
		return err
	}
	if err := h.startOver(epoch); err != nil {
		return err
	}
	_, err = list()
	return err
}

func (h *helper) list() ([]wire.Token, error) {
	slots, err := h.module.Slots()
	if err != nil {
		return nil, err
	}
	list := []wire.Token{}
	for _, slot := range slots {
		info, err := h.module.TokenInfo(slot)
		if err != nil {
			continue // pulled since
		}
		mechanisms, err := h.module.Mechanisms(slot)
		if err != nil {
			continue
		}
		list = append(list, describe(slot, info, mechanisms))
	}
	return list, nil
}

func describe(slot uint, info cryptoki.TokenInfo, mechanisms []uint) wire.Token {
	return wire.Token{
		Slot: uint64(slot), Label: info.Label, Serial: info.Serial, Manufacturer: info.Manufacturer, Model: info.Model,
		Initialized:   info.Has(cryptoki.FlagTokenInitalized),
		LoginRequired: info.Has(cryptoki.FlagLoginRequired), PINPad: info.Has(cryptoki.FlagProtectedPath),
		PINLow: info.Has(cryptoki.FlagPINCountLow), PINFinalTry: info.Has(cryptoki.FlagPINFinalTry),
		PINLocked: info.Has(cryptoki.FlagPINLocked), Schemes: schemes(mechanisms),
	}
}

// pool finds the token's pool, or the token. The running lock is held.
func (h *helper) pool(token wire.Selector) (*pool, error) {
	slot := token.Slot
	token.Slot = nil // compared by pointer
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.pools[token]; p != nil && (slot == nil || *slot == uint64(p.slot)) {
		return p, nil
	}
	at, info, err := h.find(token, slot)
	if err != nil {
		return nil, err
	}
	p := h.slots[at]
	if p == nil {
		p = newPool(h, at, info)
		h.slots[at] = p
	}
	h.pools[token] = p
	return p, nil
}

// find finds the one token that matches.
func (h *helper) find(token wire.Selector, slot *uint64) (uint, cryptoki.TokenInfo, error) {
	slots, err := h.module.Slots()
	if err != nil {
		return 0, cryptoki.TokenInfo{}, err
	}
	var at uint
	var found []cryptoki.TokenInfo
	for _, n := range slots {
		info, err := h.module.TokenInfo(n)
		if err == nil && info.Has(cryptoki.FlagTokenInitalized) && (slot == nil || *slot == uint64(n)) && matches(token, info) {
			at, found = n, append(found, info)
		}
	}
	switch len(found) {
	case 0:
		return 0, cryptoki.TokenInfo{}, errNoToken
	case 1:
		return at, found[0], nil
	}
	return 0, cryptoki.TokenInfo{}, fail(wire.CodeAmbiguous, "%d tokens match: name one by its label or serial number", len(found))
}

func matches(want wire.Selector, info cryptoki.TokenInfo) bool {
	same := func(want, is string) bool { return want == "" || want == is }
	return same(want.Label, info.Label) && same(want.Serial, info.Serial) &&
		same(want.Manufacturer, info.Manufacturer) && same(want.Model, info.Model)
}

// health looks at the token itself, not at what is remembered of it.
func (h *helper) health(r *wire.Request, _ *wire.Response) error {
	return h.with(r.Token, false, func(s *session) error {
		info, err := h.module.TokenInfo(s.slot)
		if err != nil {
			return err
		}
		if identity(info) != s.identity {
			return errNoToken // another one is in its place
		}
		if _, ok := h.pins.get(s.identity); !ok && !s.pinPad() {
			return nil
		}
		return s.logIn()
	})
}
