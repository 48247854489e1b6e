package seal

import (
	"crypto"
	"crypto/dsa" //nolint:staticcheck // others signed with it; only its size is read
	"crypto/ecdsa"
	"crypto/rsa"
	"time"
)

// The ends of algorithms: from then on a signature that rests on one proves nothing any more, so an archive time stamp
// with another has to lie over it before. The days follow ETSI TS 119 312 as validators apply it; docs/decisions/0010
// says how the table is kept. What it does not name has no end that is known.

// hashEnds has the ends of digests.
var hashEnds = map[crypto.Hash]time.Time{
	crypto.MD5:        day(2005, 8, 1),
	crypto.SHA1:       day(2012, 8, 1),
	crypto.RIPEMD160:  day(2014, 8, 1),
	crypto.SHA224:     day(2029, 1, 1),
	crypto.SHA512_224: day(2029, 1, 1),
	crypto.SHA3_224:   day(2029, 1, 1),
}

// keySize is one row: keys of fewer bits than this end on a day.
type keySize struct {
	below int
	end   time.Time
}

// The ends of key sizes, the smallest first.
var (
	rsaEnds   = []keySize{{1024, day(2009, 8, 1)}, {1900, day(2016, 8, 1)}, {3000, day(2029, 1, 1)}}
	curveEnds = []keySize{{224, day(2012, 8, 1)}, {256, day(2029, 1, 1)}}
)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// hashEnd is when a digest ends, zero where no end is known.
func hashEnd(h crypto.Hash) time.Time { return hashEnds[h] }

// keyEnd is when keys of this kind and size end, zero where no end is known.
func keyEnd(pub crypto.PublicKey) time.Time {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		return sizeEnd(rsaEnds, k.N.BitLen())
	case *ecdsa.PublicKey:
		return sizeEnd(curveEnds, k.Curve.Params().BitSize)
	case *dsa.PublicKey:
		return sizeEnd(rsaEnds, k.P.BitLen())
	}
	return time.Time{}
}

func sizeEnd(rows []keySize, bits int) time.Time {
	for _, row := range rows {
		if bits < row.below {
			return row.end
		}
	}
	return time.Time{}
}
