package envelope

import "github.com/consigil/consigil/internal/problem"

// Operation is something that one asks of an envelope.
type Operation string

// The operations whose answer depends on the envelope's state.
const (
	OpEdit    Operation = "edit"    // change a draft, its documents, recipients, fields
	OpDelete  Operation = "delete"  // remove a draft
	OpSend    Operation = "send"    // draft to preparing
	OpPrepare Operation = "prepare" // preparing to sent: the job
	OpResend  Operation = "resend"  // a new message and link for a recipient
	OpReveal  Operation = "reveal"  // show a recipient's link to the sender
	OpSit     Operation = "sit"     // open a ceremony and read in it
	OpAct     Operation = "act"     // consent, save, preview, sign
	OpDecline Operation = "decline" // refuse
	OpVoid    Operation = "void"    // take back
	OpExpire  Operation = "expire"  // time ran out
	OpSeal    Operation = "seal"    // completed, sealing, sealed
)

// allowed is the state machine's guard: which states let an operation in.
var allowed = map[Operation][]State{
	OpEdit:    {Draft},
	OpDelete:  {Draft},
	OpSend:    {Draft},
	OpPrepare: {Preparing},
	OpResend:  {Sent, InProgress, Sealed, Delivered},
	OpReveal:  {Sent, InProgress, Sealed, Delivered},
	OpSit:     {Sent, InProgress, Completed, Sealing, Sealed, Delivered},
	OpAct:     {Sent, InProgress},
	OpDecline: {Sent, InProgress},
	OpVoid:    {Preparing, Sent, InProgress},
	OpExpire:  {Preparing, Sent, InProgress},
	OpSeal:    {Completed, Sealing},
}

// Allow says whether an envelope in this state lets an operation in, and if not, why.
func (s State) Allow(op Operation) error {
	for _, ok := range allowed[op] {
		if s == ok {
			return nil
		}
	}
	return s.refusal(op)
}

func (s State) refusal(op Operation) error {
	switch s {
	case Voided:
		return problem.New(problem.Gone, "voided", "The sender has withdrawn this envelope.")
	case Expired:
		return problem.New(problem.Gone, "expired", "The time to sign this envelope has run out.")
	case Declined:
		return problem.New(problem.Gone, "declined", "A recipient declined this envelope.")
	case Completed, Sealing, Sealed, Delivered:
		return problem.New(problem.Conflict, "already_completed", "Everybody has signed this envelope; it cannot be changed any more.")
	case Draft:
		return problem.New(problem.Conflict, "not_sent", "This envelope has not been sent yet.")
	case Preparing:
		return problem.New(problem.Conflict, "preparing", "This envelope is just being prepared. Try again in a moment.")
	}
	if op == OpPrepare || op == OpSeal {
		return problem.New(problem.Conflict, "state", "The envelope's state does not allow this.")
	}
	return problem.New(problem.Conflict, "already_sent", "This envelope has already been sent; it cannot be edited any more.")
}

// Final says whether nothing can follow: no act, no seal, no expiry.
func (s State) Final() bool {
	return s == Delivered || s == Declined || s == Voided || s == Expired
}

// Open says whether recipients may still act.
func (s State) Open() bool { return s == Sent || s == InProgress }
