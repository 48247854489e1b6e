package main

// serverCommands are the commands that run and administer the platform.
type serverCommands struct {
	Serve   serveCommand   `cmd:"" help:"Run the platform on this machine."`
	Admin   adminCommand   `cmd:"" help:"Sign-in links, API keys and key-encryption keys, on the server's machine."`
	Config  configCommand  `cmd:"" help:"Look at the configuration."`
	Migrate migrateCommand `cmd:"" help:"Bring the database schema up to date."`
}
