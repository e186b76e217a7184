package graphapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/qr"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Paths of short links, which lead to the chat, and of their pictures.
const (
	LinkPath   = "/message/"
	QRCodePath = "/qr/"
)

// qrCode is a short link with its picture.
type qrCode struct {
	Code     string `json:"code"`
	Message  string `json:"prefilled_message"`
	Link     string `json:"deep_link_url"`
	Creation int64  `json:"creation_time,omitempty"`
	Image    string `json:"qr_image_url,omitempty"`
}

func (a *API) linkEdge() graph.Edge {
	return graph.Edge{
		Needs: manageWhatsApp, Items: true, List: a.listLinks, Post: a.putLink, Delete: a.deleteLink,
		Doc: "Short links and QR codes that open a chat with a message already written",
	}
}

// linkOf is a link as it is told. format is that of the picture; empty: none.
func linkOf(r *graph.Request, l waba.Link, format string) qrCode {
	q := qrCode{Code: l.Code, Message: l.Message, Link: r.BaseURL + LinkPath + l.Code}
	if format != "" {
		q.Image = r.BaseURL + QRCodePath + l.Code + "." + strings.ToLower(format)
	}
	return q
}

// listLinks answers all codes, or the one of the path or of code=. Time of creation and picture are told when asked for.
func (a *API) listLinks(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]waba.Link, error) { return waba.LinksTx(ctx, tx, r.ID) })
	if err != nil {
		return graph.Page{}, err
	}
	wanted := r.Item
	if wanted == "" {
		wanted = r.Params.String("code")
	}
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	if wanted != "" {
		all = slices.DeleteFunc(all, func(l waba.Link) bool { return l.Code != wanted })
		if len(all) == 0 && r.Item != "" {
			return graph.Page{}, waba.ErrLinkUnknown.Withf("code", "there is no link with the code %.20q", wanted)
		}
	}
	format, creation := "", false
	for _, s := range r.Fields {
		creation = creation || s.Name == "creation_time"
		if s.Name != "qr_image_url" {
			continue
		}
		format = "SVG"
		for _, arg := range s.Args {
			format = strings.ToUpper(arg.Value)
		}
		if format != "SVG" && format != "PNG" {
			return graph.Page{}, graph.Invalid("fields", "qr_image_url.format() must be SVG or PNG")
		}
	}
	codes := make([]qrCode, len(all))
	for n, l := range all {
		codes[n] = linkOf(r, l, format)
		if creation {
			codes[n].Creation = l.CreatedAt.Unix()
		}
	}
	return graph.Whole(r, codes, func(q qrCode) string { return q.Code })
}

func (a *API) putLink(r *graph.Request) (any, error) {
	p := r.Params
	code, message := p.String("code"), p.String("prefilled_message", graph.Required)
	format := strings.ToUpper(p.String("generate_qr_image", graph.OneOf("SVG", "PNG", "svg", "png")))
	if err := p.Err(); err != nil {
		return nil, err
	}
	if r.Item != "" {
		code = r.Item
	}
	l, err := a.Numbers.PutLink(r.Context(), r.Caller, r.ID, code, message)
	if err != nil {
		return nil, err
	}
	return linkOf(r, l, format), nil
}

func (a *API) deleteLink(r *graph.Request) (any, error) {
	code := r.Item
	if code == "" {
		code = r.Params.String("code", graph.Required)
	}
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Numbers.DeleteLink(r.Context(), r.Caller, r.ID, code))
}

// QRCodes serves pictures of short links under [QRCodePath]: CODE.png and CODE.svg.
func (a *API) QRCodes(w http.ResponseWriter, req *http.Request) {
	code, format, _ := strings.Cut(req.PathValue("name"), ".")
	draw, kind := qr.PNG, "image/png"
	if format == "svg" {
		draw, kind = qr.SVG, "image/svg+xml"
	}
	var picture []byte
	err := a.DB.View(req.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := waba.LinkTx(ctx, tx, code)
		return err
	})
	if err == nil {
		picture, err = draw(a.engine.BaseURL(req) + LinkPath + code)
	}
	if err != nil || (format != "png" && format != "svg") {
		http.NotFound(w, req)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(picture) // the reader may be gone
}
