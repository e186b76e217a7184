package flow

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
)

// Sizes of what seals a request, in bytes.
const (
	keySize    = 16
	vectorSize = 16
)

// sealed is the body of a request to an endpoint: the data under a key made for this request, and the key under the business's.
type sealed struct {
	Data   []byte `json:"encrypted_flow_data"` // base64 in JSON, like all three
	Key    []byte `json:"encrypted_aes_key"`
	Vector []byte `json:"initial_vector"`
}

// errSealed: an answer cannot be opened.
var errSealed = errors.New("the answer cannot be decrypted with the key of its request and the flipped initial vector")

// seal encrypts a request for the owner of a public key. open decrypts its answer: the same key, every bit of the vector flipped.
func seal(public string, plain []byte) (body []byte, open func(answer []byte) ([]byte, error), err error) {
	key, err := readKey(public)
	if err != nil {
		return nil, nil, err
	}
	secret, vector := make([]byte, keySize), make([]byte, vectorSize)
	_, _ = rand.Read(secret) // never fails
	_, _ = rand.Read(vector)
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, nil, fmt.Errorf("flow: %w", err)
	}
	box, err := cipher.NewGCMWithNonceSize(block, vectorSize)
	if err != nil {
		return nil, nil, fmt.Errorf("flow: %w", err)
	}
	s := sealed{Data: box.Seal(nil, vector, plain, nil), Vector: vector}
	if s.Key, err = rsa.EncryptOAEP(sha256.New(), rand.Reader, key, secret, nil); err != nil {
		return nil, nil, fmt.Errorf("flow: %w", err)
	}
	if body, err = json.Marshal(s); err != nil {
		return nil, nil, fmt.Errorf("flow: %w", err)
	}
	return body, func(answer []byte) ([]byte, error) {
		flipped := make([]byte, vectorSize)
		for n, b := range vector {
			flipped[n] = ^b
		}
		raw, err := base64.StdEncoding.DecodeString(string(bytes.Trim(answer, " \t\r\n\"")))
		if err != nil {
			return nil, errors.New("the answer is not base64; it must be the encrypted text alone, as text/plain")
		}
		text, err := box.Open(nil, flipped, raw, nil)
		if err != nil {
			return nil, errSealed
		}
		return text, nil
	}, nil
}

func readKey(public string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(public))
	if block == nil {
		return nil, errors.New("flow: no public key")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("flow: %w", err)
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("flow: no RSA key")
	}
	return key, nil
}
