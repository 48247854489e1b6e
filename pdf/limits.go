package pdf

// Limits bound what one file may cost. The zero value of a field means its
// default.
type Limits struct {
	// StreamBytes is the most that one stream may decode to.
	StreamBytes int64
	// TotalBytes is the most that all streams of one file together may decode
	// to, however often they are asked for.
	TotalBytes int64
	// Objects is the most cross-reference entries, all sections together.
	Objects int
	// ObjectBytes is the longest single object, without stream data.
	ObjectBytes int64
	// Depth is the deepest nesting of arrays, dictionaries and page tree nodes.
	Depth int
	// Sections is the longest chain of cross-reference sections.
	Sections int
	// Pages is the most pages.
	Pages int
}

const (
	mib = 1 << 20
	// totalRatio and totalFloor give the default of Limits.TotalBytes: what a
	// small file may decode to at least, and how much more for each byte.
	totalFloor   = 16 * mib
	totalRatio   = 200
	totalCeiling = 1024 * mib
	// the same for Limits.Objects
	objectFloor   = 100_000
	objectRatio   = 4
	objectCeiling = 4_000_000
)

func (l Limits) withDefaults(size int64) Limits {
	total := min(totalFloor+size*totalRatio, totalCeiling)
	setDefault(&l.StreamBytes, 64*mib)
	setDefault(&l.TotalBytes, total)
	setDefault(&l.Objects, int(min(objectFloor+size*objectRatio, objectCeiling)))
	setDefault(&l.ObjectBytes, 16*mib)
	setDefault(&l.Depth, 128)
	setDefault(&l.Sections, 10_000)
	setDefault(&l.Pages, 100_000)
	return l
}

func setDefault[T int | int64](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}
