package validate

// finding is one thing that a check has to say. With an indication it stands
// against the signature; without, it is a warning.
type finding struct {
	indication Indication
	sub        SubIndication
	code, text string
}

func failed(sub SubIndication, code, text string) finding {
	return finding{TotalFailed, sub, code, text}
}

func undecided(sub SubIndication, code, text string) finding {
	return finding{Indeterminate, sub, code, text}
}

func warning(code, text string) finding { return finding{code: code, text: text} }

// check looks at one side of the evidence. It neither fetches nor changes
// anything.
type check func(*evidence) []finding

// checks are all checks in the order of EN 319 102-1 section 5.2: where several
// find something, the first with the graver indication names the sub-indication.
func checks() []check {
	return []check{
		checkFormat,
		checkCMS,
		checkAlgorithms,
		checkCertificate,
		checkTimestamps,
		checkChain,
		checkRevocation,
		checkLater,
	}
}

// judge runs every check over one signature.
func judge(e *evidence) Signature {
	out := describe(e)
	for _, c := range checks() {
		for _, f := range c(e) {
			out.take(f)
		}
	}
	return out
}

// take notes a finding: a failure outweighs an indeterminate verdict.
func (s *Signature) take(f finding) {
	message := Message{Code: f.code, Text: f.text}
	if f.indication == "" {
		s.Warnings = append(s.Warnings, message)
		return
	}
	s.Errors = append(s.Errors, message)
	if s.Indication == TotalPassed || s.Indication == Indeterminate && f.indication == TotalFailed {
		s.Indication, s.SubIndication = f.indication, f.sub
	}
}
