package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/ui"
)

// FlowPage is a screen of a flow as a form.
type FlowPage struct {
	Shell
	Business Business
	Back     string
	Action   string
	Page     flow.Page
	State    string
	// Problem is what went wrong with the whole form; Preview tells that nothing is sent.
	Problem string
	Preview bool
	Done    string // in a preview: what would have been answered
}

// complaints name what is wrong with a field, by texts' keys.
var complaints = map[flow.Complaint]string{
	flow.Missing: "flow.missing", flow.Short: "flow.short", flow.Long: "flow.long", flow.Unfit: "flow.unfit", flow.Few: "flow.few", flow.Many: "flow.many",
}

// flow opens a flow of a message.
func (s *Server) flow(v *visit) error {
	wamid := v.URL.Query().Get("m")
	d, state, err := s.Exchange.Flow(v.Context(), v.phone, v.customer.WaID, wamid)
	if err != nil {
		return err
	}
	return s.showFlow(v, http.StatusOK, d, state, FlowPage{Action: v.at() + "/flow?m=" + url.QueryEscape(wamid)})
}

func (s *Server) showFlow(v *visit, status int, d flow.Document, state flow.State, p FlowPage) (err error) {
	if p.Page.Parts == nil {
		if p.Page, err = d.Show(state); err != nil {
			return err
		}
	}
	if p.State, err = state.Encode(); err != nil {
		return err
	}
	if p.Shell, err = s.shell(v, p.Page.Title, ""); err != nil {
		return err
	}
	if v.phone != 0 {
		b, err := s.Exchange.Business(v.Context(), v.phone, v.customer.WaID)
		if err != nil {
			return err
		}
		p.Business, p.Back = v.business(b), v.at()
	}
	return s.show(v, status, "flow.html", p)
}

// postFlow takes a filled-in screen: on to the next one, or the flow is answered.
func (s *Server) postFlow(v *visit) error {
	wamid := v.URL.Query().Get("m")
	d, _, err := s.Exchange.Flow(v.Context(), v.phone, v.customer.WaID, wamid)
	if err != nil {
		return err
	}
	p := FlowPage{Action: v.at() + "/flow?m=" + url.QueryEscape(wamid)}
	return s.stepFlow(v, d, p, func(answer map[string]json.RawMessage) error {
		b, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		_, err = s.Exchange.Receive(v.Context(), messaging.Inbound{PhoneID: v.phone, WaID: v.customer.WaID, Type: "interactive", ReplyTo: wamid, Response: b})
		if err != nil {
			return err
		}
		return v.redirect(v.at())
	})
}

// stepFlow goes one screen on; done is called with the answer of a completed flow.
func (s *Server) stepFlow(v *visit, d flow.Document, p FlowPage, done func(answer map[string]json.RawMessage) error) error {
	state, err := flow.Decode(v.PostFormValue("state"))
	if err != nil {
		return err
	}
	to, answer, again, err := d.Step(state, v.PostForm)
	if f, ok := fault.As(err); ok {
		p.Problem = ui.Words(v.lang, f)
		return s.showFlow(v, http.StatusUnprocessableEntity, d, state, p)
	}
	if err != nil {
		return err
	}
	if again != nil {
		p.Page = *again
		return s.showFlow(v, http.StatusUnprocessableEntity, d, to, p)
	}
	if answer != nil {
		return done(answer)
	}
	return s.showFlow(v, http.StatusOK, d, to, p)
}

// previewFlow opens a flow by the key of its preview: nothing that is filled in is sent to anybody.
func (s *Server) previewFlow(v *visit) error {
	d, err := s.previewed(v)
	if err != nil {
		return err
	}
	state, err := d.Start("", nil)
	if err != nil {
		return err
	}
	return s.showFlow(v, http.StatusOK, d, state, FlowPage{Action: v.URL.Path, Preview: true})
}

func (s *Server) postPreview(v *visit) error {
	d, err := s.previewed(v)
	if err != nil {
		return err
	}
	p := FlowPage{Action: v.URL.Path, Preview: true}
	return s.stepFlow(v, d, p, func(answer map[string]json.RawMessage) error {
		b, err := json.MarshalIndent(answer, "", "  ")
		if err != nil {
			return err
		}
		p.Done = string(b)
		state, err := d.Start("", nil)
		if err != nil {
			return err
		}
		return s.showFlow(v, http.StatusOK, d, state, p)
	})
}

func (s *Server) previewed(v *visit) (flow.Document, error) {
	var f flow.Flow
	err := s.DB.View(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = flow.ByPreviewTx(ctx, tx, v.PathValue("key"))
		return err
	})
	if errors.Is(err, flow.ErrUnknown) {
		return flow.Document{}, errNothing
	}
	d, _ := flow.Parse([]byte(f.JSON))
	return d, err
}
