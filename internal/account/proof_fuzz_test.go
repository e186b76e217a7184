package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// FuzzProof: exactly the right proof passes, in any case of its letters.
func FuzzProof(f *testing.F) {
	f.Add("EAADEMO", "00")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, token, proof string) {
		tok := Token{secrets: Secrets{Current: "s"}}
		mac := hmac.New(sha256.New, []byte("s"))
		mac.Write([]byte(token))
		good := hex.EncodeToString(mac.Sum(nil))
		if err := tok.CheckProof(token, strings.ToUpper(good)); err != nil {
			t.Errorf("the right proof: %v", err)
		}
		if err := tok.CheckProof(token, proof); (err == nil) != (proof == "" || strings.ToLower(proof) == good) {
			t.Errorf("the proof %q: %v", proof, err)
		}
		tok.App.RequireProof = true
		if err := tok.CheckProof(token, ""); err == nil {
			t.Error("no proof passes where one is required")
		}
	})
}
