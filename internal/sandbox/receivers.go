package sandbox

import (
	"time"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/webhook"
)

type receiversAnswer struct {
	Data []webhook.Receiver `json:"data"`
}

func (s *Server) getReceivers(c *call) (any, error) {
	list, err := s.Webhooks.Receivers(c.Context(), c.caller)
	return receiversAnswer{orEmpty(list)}, err
}

func (s *Server) pauseReceiver(c *call) (any, error) {
	i, err := readID("receiver_id", c.PathValue("receiver_id"))
	if err != nil {
		return nil, err
	}
	return done, s.Webhooks.Pause(c.Context(), c.caller, i)
}

func (s *Server) resumeReceiver(c *call) (any, error) {
	i, err := readID("receiver_id", c.PathValue("receiver_id"))
	if err != nil {
		return nil, err
	}
	return done, s.Webhooks.Resume(c.Context(), c.caller, i)
}

type endpointsAnswer struct {
	Data []webhook.Endpoint `json:"data"`
}

func (s *Server) getEndpoints(c *call) (any, error) {
	list, err := s.Webhooks.Endpoints(c.Context(), c.caller)
	return endpointsAnswer{orEmpty(list)}, err
}

type endpointBody struct {
	BusinessID  id.ID    `json:"business_id" doc:"whose events it hears of; may be left out by a token of one business"`
	Name        string   `json:"name" required:"true" doc:"what people call it"`
	URL         string   `json:"url" required:"true" doc:"where it listens"`
	Fields      []string `json:"fields" doc:"webhook fields, for example [\"messages\"]; left out: all"`
	VerifyToken string   `json:"verify_token" doc:"asks the address to repeat a challenge first, as Meta does; left out: it is not asked"`
}

func (s *Server) postEndpoint(c *call) (any, error) {
	b := c.body.(*endpointBody)
	if b.BusinessID == 0 && len(c.caller.Businesses) == 1 {
		b.BusinessID = c.caller.Businesses[0]
	}
	return s.Webhooks.CreateEndpoint(c.Context(), c.caller, webhook.Endpoint{BusinessID: b.BusinessID, Name: b.Name, URL: b.URL, Fields: b.Fields}, b.VerifyToken)
}

type endpointChange struct {
	Name        *string   `json:"name" doc:"what people call it"`
	URL         *string   `json:"url" doc:"where it listens; what waits goes there"`
	Fields      *[]string `json:"fields" doc:"webhook fields; an empty list: all"`
	VerifyToken string    `json:"verify_token" doc:"asks the address to repeat a challenge first"`
}

func (s *Server) changeEndpoint(c *call) (any, error) {
	i, err := readID("endpoint_id", c.PathValue("endpoint_id"))
	if err != nil {
		return nil, err
	}
	b := c.body.(*endpointChange)
	return s.Webhooks.ChangeEndpoint(c.Context(), c.caller, i, webhook.Change{Name: b.Name, URL: b.URL, Fields: b.Fields, VerifyToken: b.VerifyToken})
}

func (s *Server) deleteEndpoint(c *call) (any, error) {
	i, err := readID("endpoint_id", c.PathValue("endpoint_id"))
	if err != nil {
		return nil, err
	}
	return done, s.Webhooks.DeleteEndpoint(c.Context(), c.caller, i)
}

type overlapBody struct {
	Overlap string `json:"overlap" doc:"how long the old secret counts beside the new one, for example 24h; at most 168h; left out: not at all"`
}

type secretAnswer struct {
	Secret string `json:"secret"`
}

func (b *overlapBody) read() (time.Duration, error) {
	if b.Overlap == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(b.Overlap)
	if err != nil {
		return 0, ErrParam.Withf("overlap", "%.40q is no span of time; say for example 24h", b.Overlap)
	}
	return d, nil
}

func (s *Server) rotateEndpoint(c *call) (any, error) {
	i, err := readID("endpoint_id", c.PathValue("endpoint_id"))
	if err != nil {
		return nil, err
	}
	overlap, err := c.body.(*overlapBody).read()
	if err != nil {
		return nil, err
	}
	secret, err := s.Webhooks.RotateEndpointSecret(c.Context(), c.caller, i, overlap)
	return secretAnswer{secret}, err
}

func (s *Server) rotateApp(c *call) (any, error) {
	i, err := readID("app_id", c.PathValue("app_id"))
	if err != nil {
		return nil, err
	}
	overlap, err := c.body.(*overlapBody).read()
	if err != nil {
		return nil, err
	}
	made, err := s.Accounts.RotateSecret(c.Context(), c.caller, i, overlap)
	return secretAnswer{made.Current}, err
}

type certificateBody struct {
	Certificate string `json:"certificate" doc:"PEM; left out together with private_key, a certificate is made and its authority is told"`
	PrivateKey  string `json:"private_key" doc:"PEM; it is never told again"`
}

func (s *Server) putCertificate(c *call) (any, error) {
	i, err := readID("app_id", c.PathValue("app_id"))
	if err != nil {
		return nil, err
	}
	b := c.body.(*certificateBody)
	return s.Webhooks.SetCertificate(c.Context(), c.caller, i, b.Certificate, b.PrivateKey)
}

func (s *Server) getCertificate(c *call) (any, error) {
	i, err := readID("app_id", c.PathValue("app_id"))
	if err != nil {
		return nil, err
	}
	shown, ok, err := s.Webhooks.CertificateOf(c.Context(), c.caller, i)
	if err == nil && !ok {
		return nil, webhook.ErrCertificate.Withf("app_id", "webhooks of app %s are sent without a client certificate", i)
	}
	return shown, err
}

func (s *Server) deleteCertificate(c *call) (any, error) {
	i, err := readID("app_id", c.PathValue("app_id"))
	if err != nil {
		return nil, err
	}
	return done, s.Webhooks.RemoveCertificate(c.Context(), c.caller, i)
}
