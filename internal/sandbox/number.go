package sandbox

// getCode tells the code that would arrive by SMS or by a call.
func (s *Server) getCode(c *call) (any, error) {
	code, ok, err := s.Numbers.Code(c.Context(), c.caller, c.phone)
	if err == nil && !ok {
		err = ErrParam.With("phone_number_id", "no code is on its way to this number; ask for one with POST /{phone-number-id}/request_code")
	}
	return code, err
}

type nameBody struct {
	Decision string `json:"decision" required:"true" enum:"approved,rejected" doc:"what becomes of the name"`
	Reason   string `json:"reason" doc:"with rejected: told as rejection_reason, at most 200 characters"`
}

// nameReasonMost is the longest reason against a name, in bytes.
const nameReasonMost = 800

func (s *Server) postName(c *call) (any, error) {
	b := c.body.(*nameBody)
	switch {
	case b.Decision != "approved" && b.Decision != "rejected":
		return nil, ErrParam.Withf("decision", "decision is %.20q; it is approved or rejected", b.Decision)
	case len(b.Reason) > nameReasonMost:
		return nil, ErrParam.Withf("reason", "reason has %d bytes, at most %d are allowed", len(b.Reason), nameReasonMost)
	case b.Decision == "approved":
		b.Reason = ""
	case b.Reason == "":
		b.Reason = "NAME_NOT_ALLOWED"
	}
	return done, s.Numbers.DecideName(c.Context(), c.caller, c.phone, b.Reason)
}
