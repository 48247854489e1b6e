package main

// undumpable is what the limit on core files has to do here.
func undumpable() {}
