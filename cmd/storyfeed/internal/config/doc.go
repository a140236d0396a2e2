// Package config reads what an operator wants: from the command line, the
// environment, a TOML file and the built-in defaults, in this order of
// precedence. It is the only package that knows where a value came from.
//
// Reading is strict and complete. An unknown key, an unknown STORYFEED_*
// variable, a wrong type or a value out of range is a [Fault]; all of them are
// reported at once, each with its place, key, problem and remedy, also those
// in values that something stronger overrides. Either [Load] returns a
// configuration that is right, or it returns faults and nothing to run with.
//
//	c, err := config.Load(config.Sources{
//		File: config.DefaultFile,
//		Env:  os.Environ(),
//		Flags: map[string]string{"addr": ":9000"},
//	})
//
// The keys stand in one table, see [Keys]: command line, environment, file,
// `storyfeed config` and the documentation are made from it.
//
// The file is read twice: by the TOML decoder, which knows every rule of the
// syntax, and then expression by expression, because the decoder stops at the
// first value of a wrong type and forgets on which line a right one stood.
package config
