package main

// serverCommands are the commands that run and administer the platform.
type serverCommands struct{}
