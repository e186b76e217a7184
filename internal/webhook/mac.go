package webhook

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the legacy signature header is SHA-1 by contract
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
)

// secret signs. What is worked out of the key once is kept: a receiver gets many small bodies.
type secret struct {
	text         string
	old, current sync.Pool // of hash.Hash: SHA-1, SHA-256
}

func newSecretKey(text string) *secret {
	k := &secret{text: text}
	k.old.New = func() any { return hmac.New(sha1.New, []byte(text)) }
	k.current.New = func() any { return hmac.New(sha256.New, []byte(text)) }
	return k
}

// sha256 and sha1 are signatures as headers hold them.
func (k *secret) sha256(body []byte) string { return signed("sha256=", &k.current, body) }
func (k *secret) sha1(body []byte) string   { return signed("sha1=", &k.old, body) }

func signed(prefix string, macs *sync.Pool, body []byte) string {
	mac := macs.Get().(hash.Hash)
	defer macs.Put(mac)
	mac.Reset()
	_, _ = mac.Write(body)
	var raw [sha256.Size]byte
	var b [len("sha256=") + 2*sha256.Size]byte
	return string(hex.AppendEncode(append(b[:0], prefix...), mac.Sum(raw[:0])))
}

// sum is the hex HMAC of body.
func sum(h func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(h, []byte(secret))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Signature is the value of X-Hub-Signature-256 for a body.
func Signature(secret string, body []byte) string { return "sha256=" + sum(sha256.New, secret, body) }
