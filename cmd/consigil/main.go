// Command consigil signs, verifies and time-stamps files on the command line,
// and serves the platform. This package holds flags, files and words for the
// terminal; what they mean is decided in the packages it calls.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/intake"
)

// version is set by the linker.
var version = "dev"

// Exit codes, the same for every command.
const (
	exitOK            = 0
	exitFailed        = 1 // the command could not do its work, or a signature failed
	exitIndeterminate = 2 // verify: not enough is known
	exitNoSignature   = 3 // verify: the file bears no signature
	exitUnreadable    = 4 // an input cannot be read
	exitUsage         = 64
)

// commands is the command line.
type commands struct {
	Sign      signCommand      `cmd:"" help:"Sign a PDF file (PAdES)."`
	Extend    extendCommand    `cmd:"" help:"Lift the signatures of a PDF file to a higher PAdES level, or renew them."`
	Verify    verifyCommand    `cmd:"" help:"Say what the signatures of PDF files, or an evidence bundle, are worth."`
	Timestamp timestampCommand `cmd:"" help:"Get a detached RFC 3161 time stamp over any file."`
	Token     tokenCommand     `cmd:"" help:"Find keys on PKCS#11 tokens."`
	Version   versionCommand   `cmd:"" help:"Print the version."`

	serverCommands
}

const description = `Consigil: legally provable electronic signatures.

  consigil serve                                    run the platform on this machine
  consigil sign contract.pdf --out signed.pdf --p12 me.p12 --p12-password-file pass.txt
  consigil verify signed.pdf --trust root.pem
  consigil COMMAND --help                           more, with examples

Exit codes: 0 done, 1 failed, 2 indeterminate, 3 no signature, 4 unreadable input, 64 wrong usage.`

func main() {
	intake.MaybeChild() // hostile files are parsed in a process of their own
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	t := &terminal{out: os.Stdout, err: os.Stderr, clock: clock.System{}}
	code := t.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// terminal is where a command reads the time and writes to.
type terminal struct {
	out, err io.Writer
	clock    clock.Clock
	asJSON   bool // errors go to out as well, as JSON
}

// run parses the arguments, runs the command and gives its exit code.
func (t *terminal) run(ctx context.Context, args []string) int {
	t.asJSON = slices.Contains(args, "--json")
	exited := -1
	parser, err := kong.New(&commands{},
		kong.Name("consigil"), kong.Description(description),
		kong.Writers(t.out, t.err), kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t), kong.Configuration(kong.JSON),
	)
	if err != nil {
		return t.fail(err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // help was printed
		return exited
	}
	if err != nil {
		return t.fail(usage("%w; try consigil --help", err))
	}
	return t.fail(guarded(parsed.Run))
}

// guarded turns a panic into an error: nobody at a terminal is helped by a stack.
func guarded(run func(...any) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &refusal{code: "internal", err: fmt.Errorf("a fault of the program: %v", p)}
		}
	}()
	return run()
}

// fail prints an error and gives its exit code; nil is success.
func (t *terminal) fail(err error) int {
	if err == nil {
		return exitOK
	}
	var coded *exitError
	if !errors.As(err, &coded) {
		coded = &exitError{code: exitFailed, err: err}
	}
	word := codeWord(coded.code)
	var because *refusal
	if errors.As(err, &because) {
		word = because.code
	}
	if coded.err == nil {
		return coded.code
	}
	if t.asJSON {
		_ = t.json(map[string]any{"error": map[string]string{"code": word, "text": coded.err.Error()}})
	}
	fmt.Fprintf(t.err, "consigil: %v\n", coded.err)
	return coded.code
}

func codeWord(code int) string {
	switch code {
	case exitUsage:
		return "usage"
	case exitUnreadable:
		return "unreadable"
	}
	return "failed"
}

// exitError ends the program with a code; without an error, in silence.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func unreadable(err error) error { return &exitError{exitUnreadable, err} }
