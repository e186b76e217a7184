package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost of a password hash: OWASP's argon2id recommendation of 19 MiB and two passes.
const (
	argonMemory = 19 << 10 // KiB
	argonPasses = 2
	argonSalt   = 16
	argonKey    = 32
)

// hashing bounds how many passwords are hashed at once: each takes its memory.
var hashing = make(chan struct{}, 2)

func argon(password string, salt []byte, passes, memory uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, passes, memory, 1, argonKey)
}

// hashPassword makes a hash in PHC form with a salt of its own.
func hashPassword(password string) string { return hashAt(password, argonMemory) }

// hashAt is [hashPassword] at another cost in memory, in KiB.
func hashAt(password string, memory uint32) string {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, memory, argonPasses, b64(salt), b64(argon(password, salt, argonPasses, memory)))
}

// checkHash tells whether a password is the one of a hash. A hash that cannot be read costs as much time and is nobody's.
func checkHash(hashed, password string) bool {
	var version int
	var memory, passes uint32
	parts := strings.Split(hashed, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		argon(password, make([]byte, argonSalt), argonPasses, argonMemory)
		return false
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=1", &version, &memory, &passes); err != nil || version != argon2.Version {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false
	}
	return subtle.ConstantTimeCompare(argon(password, salt, passes, memory), want) == 1
}
