package app

import "github.com/consigil/consigil/internal/ceremony"

func ceremonyOrigin() ceremony.Origin {
	return ceremony.Origin{Address: "192.0.2.7", UserAgent: "test"}
}
