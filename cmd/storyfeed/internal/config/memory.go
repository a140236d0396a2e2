package config

import "os"

// LimitsMemory reports whether the environment says how much memory Go may use
// (GOMEMLIMIT, which package runtime reads; "off" is an answer, too). Nothing else
// sets a limit then.
func LimitsMemory() bool { return os.Getenv("GOMEMLIMIT") != "" }
