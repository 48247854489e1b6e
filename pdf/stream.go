package pdf

// Stream is a dictionary with data, which stay in the file until asked for.
type Stream struct {
	Dict Dict
	data []byte
}

// NewStream makes a stream whose data are already encoded as dict says.
func NewStream(dict Dict, data []byte) *Stream { return &Stream{Dict: dict, data: data} }
