package sandbox

import (
	"encoding/base64"
)

type signatureBody struct {
	Body       string `json:"body" doc:"the body as the receiver read it"`
	BodyBase64 string `json:"body_base64" doc:"or its exact bytes, in base64"`
	Secret     string `json:"secret" required:"true" doc:"the secret the receiver checks with"`
	Header     string `json:"header" doc:"the value of X-Hub-Signature-256 as it came"`
}

// verifySignature says why a signature does not fit.
func (s *Server) verifySignature(c *call) (any, error) {
	b := c.body.(*signatureBody)
	body := []byte(b.Body)
	if b.BodyBase64 != "" {
		if b.Body != "" {
			return nil, ErrParam.With("body", "say body or body_base64, not both")
		}
		var err error
		if body, err = base64.StdEncoding.DecodeString(b.BodyBase64); err != nil {
			return nil, ErrParam.With("body_base64", "body_base64 is no base64 of the standard alphabet with padding")
		}
	}
	return s.Webhooks.ExplainFor(c.Context(), c.caller, body, b.Secret, b.Header)
}
