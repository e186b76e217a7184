// Package chaos kills the real binary under load, again and again, and checks that nothing it promised is
// lost. It holds tests only.
package chaos
