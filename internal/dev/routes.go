package dev

import "net/http"

// Nav is an entry of the side bar; the key of its text is dev.nav_<section>.
type Nav struct{ Section, Path, Icon string }

func nav() []Nav {
	return []Nav{
		{"home", Prefix, "layout-dashboard"},
		{"events", Prefix + "/events", "webhook"},
		{"calls", Prefix + "/calls", "terminal"},
		{"explorer", Prefix + "/explorer", "code"},
		{"receivers", Prefix + "/receivers", "inbox"},
		{"signature", Prefix + "/signature", "key-round"},
		{"tree", Prefix + "/tree", "network"},
		{"clock", Prefix + "/clock", "timer"},
		{"faults", Prefix + "/faults", "bug"},
		{"snapshots", Prefix + "/snapshots", "camera"},
	}
}

// routes are all pages.
func (s *Server) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /dev", s.page(s.home))
	mux.HandleFunc("GET /dev/live", s.page(s.live))
	mux.HandleFunc("GET /dev/find", s.page(s.find))
	mux.HandleFunc("GET /dev/events", s.page(s.events))
	mux.HandleFunc("POST /dev/events/resend", s.page(s.resendMany))
	mux.HandleFunc("GET /dev/events/{delivery}", s.page(s.event))
	mux.HandleFunc("POST /dev/events/{delivery}/resend", s.page(s.resend))
	mux.HandleFunc("GET /dev/calls", s.page(s.calls))
	mux.HandleFunc("GET /dev/calls/{call}", s.page(s.call))
	mux.HandleFunc("GET /dev/messages/{phone}/{wamid}", s.page(s.message))
	mux.HandleFunc("GET /dev/explorer", s.page(s.explorer))
	mux.HandleFunc("POST /dev/explorer", s.page(s.explore))
	mux.HandleFunc("GET /dev/receivers", s.page(s.receiverList))
	mux.HandleFunc("POST /dev/receivers", s.page(s.setReceiver))
	mux.HandleFunc("GET /dev/receivers/{name}", s.page(s.receiver))
	mux.HandleFunc("POST /dev/receivers/{name}/listen", s.page(s.listen))
	mux.HandleFunc(ReceivePath+"{name}", s.receive)
	mux.HandleFunc("GET /dev/signature", s.page(s.signature))
	mux.HandleFunc("POST /dev/signature", s.page(s.signature))
	mux.HandleFunc("GET /dev/tree", s.page(s.tree))
	mux.HandleFunc("GET /dev/clock", s.page(s.clock))
	mux.HandleFunc("POST /dev/clock", s.page(s.moveClock))
	mux.HandleFunc("GET /dev/faults", s.page(s.faults))
	mux.HandleFunc("POST /dev/faults", s.page(s.addFault))
	mux.HandleFunc("POST /dev/faults/end", s.page(s.endFaults))
	mux.HandleFunc("GET /dev/snapshots", s.page(s.snapshots))
	mux.HandleFunc("POST /dev/snapshots", s.page(s.changeWorld))
	mux.HandleFunc("/dev/", s.page(func(*visit) error { return errNothing }))
}
