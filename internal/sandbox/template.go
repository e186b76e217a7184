package sandbox

import (
	"time"

	"github.com/hawkerhq/hawker/internal/template"
)

type templateVerdictBody struct {
	Status      string `json:"status" doc:"what becomes of it; FLAGGED, REINSTATED and UNARCHIVED are told and leave it APPROVED" enum:"APPROVED,PENDING,REJECTED,PAUSED,DISABLED,IN_APPEAL,LIMIT_EXCEEDED,ARCHIVED,UNARCHIVED,LOCKED,FLAGGED,REINSTATED"`
	Reason      string `json:"reason" doc:"with REJECTED: ABUSIVE_CONTENT, CATEGORY_NOT_AVAILABLE, INCORRECT_CATEGORY, INVALID_FORMAT, PROMOTIONAL, SCAM or TAG_CONTENT_MISMATCH"`
	Explanation string `json:"explanation" doc:"one sentence for the business, at most 500 characters"`
	Quality     string `json:"quality" doc:"its quality score; RED pauses it for 3 hours, the second time for 6, the third time it is DISABLED" enum:"GREEN,YELLOW,RED,UNKNOWN"`
	Category    string `json:"category" doc:"the category it is moved to" enum:"MARKETING,UTILITY,AUTHENTICATION"`
	After       string `json:"after" doc:"with category: when it is moved, announced now, for example 24h"`
}

// postTemplateVerdict decides on a template, on purpose.
func (s *Server) postTemplateVerdict(c *call) (any, error) {
	b := c.body.(*templateVerdictBody)
	i, err := readID("template_id", c.PathValue("template_id"))
	if err != nil {
		return nil, err
	}
	v := template.Verdict{Status: b.Status, Reason: b.Reason, Explanation: b.Explanation, Quality: b.Quality, Category: b.Category}
	if b.After != "" {
		if v.After, err = time.ParseDuration(b.After); err != nil || v.After < 0 || b.Category == "" {
			return nil, ErrParam.Withf("after", "after is %.40q; it comes with category and is a duration, for example 24h", b.After)
		}
	}
	if len(b.Explanation) > reasonMost {
		return nil, ErrParam.Withf("explanation", "explanation has at most %d bytes", reasonMost)
	}
	return done, s.Templates.Decide(c.Context(), c.caller, i, v)
}

type templatePacingBody struct {
	First int    `json:"first" doc:"how many messages go out at once before the rest is held, 0 to 1000000"`
	For   string `json:"for" doc:"when what is held goes out unless a verdict rates the template before, for example 30m; at most 720h"`
}

// postTemplatePacing paces a template, on purpose.
func (s *Server) postTemplatePacing(c *call) (any, error) {
	b := c.body.(*templatePacingBody)
	i, err := readID("template_id", c.PathValue("template_id"))
	if err != nil {
		return nil, err
	}
	long, err := time.ParseDuration(b.For)
	if err != nil {
		return nil, ErrParam.Withf("for", "for is %.40q; it is a duration, for example 30m", b.For)
	}
	return done, s.Templates.Pace(c.Context(), c.caller, i, template.Pacing{First: b.First, For: long})
}
