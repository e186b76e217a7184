package phone

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// visitorCode is a country code that E.164 keeps in reserve: no telephone answers behind it. visitorDigits follow it.
const (
	visitorCode   = "999"
	visitorDigits = 12
)

// Visitor makes a number for somebody who writes from a web page and has none to tell. Programs answer to it as to any other.
func Visitor() string {
	n, _ := rand.Int(rand.Reader, new(big.Int).Exp(big.NewInt(10), big.NewInt(visitorDigits), nil)) // never fails
	digits := n.String()
	return visitorCode + strings.Repeat("0", visitorDigits-len(digits)) + digits
}

// isVisitor tells the numbers that [Visitor] makes.
func isVisitor(digits string) bool {
	return len(digits) == len(visitorCode)+visitorDigits && strings.HasPrefix(digits, visitorCode)
}
