package graphapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/waba"
)

// sendMessages is what media ask of a token.
var sendMessages = []access.Permission{access.WhatsAppBusinessMessaging}

// media declares the node of an attachment of the Cloud API.
func (a *API) media() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.Media), Name: "WhatsAppMedia", Needs: sendMessages,
		Defaults: []string{"messaging_product", "url", "mime_type", "sha256", "file_size", "id"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (attachment.File, error) {
			f, err := view(a, r, func(ctx context.Context, tx *db.Tx) (attachment.File, error) {
				return attachment.FileTx(ctx, tx, r.Caller, i)
			})
			if phone := r.Params.String("phone_number_id"); err == nil && phone != "" && phone != f.PhoneID.String() {
				err = attachment.ErrUnknown.With("phone_number_id", "the media belongs to another phone number")
			}
			return f, err
		}),
		Delete: func(r *graph.Request) (any, error) {
			return graph.Success{}, a.Attachments.Delete(r.Context(), r.Caller, r.ID)
		},
		Fields: graph.Fields{
			"id":                graph.Get(func(f attachment.File) any { return f.ID }).Told("numeric string", "The media ID"),
			"messaging_product": graph.Get(func(attachment.File) any { return "whatsapp" }).Told("string", "whatsapp"),
			"mime_type":         graph.Get(func(f attachment.File) any { return f.MIME }).Told("string", "What the file is"),
			"sha256":            graph.Get(func(f attachment.File) any { return f.Hash }).Told("string", "The hash of the file, in hex"),
			"file_size":         graph.Get(func(f attachment.File) any { return f.Size }).Told("int32", "In bytes"),
			"url": graph.Ask(func(r *graph.Request, f attachment.File) (any, error) {
				return r.BaseURL + attachment.AddressPath + "?" + a.Attachments.Address(f.ID), nil
			}).Told("string", "Where the file can be read for five minutes, with a token"),
		},
	}
}

// postMedia answers POST /{phone}/media.
func (a *API) postMedia(r *graph.Request) (any, error) {
	n := graph.Node[waba.Number](r)
	product := r.Params.String("messaging_product")
	kind := r.Params.String("type")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	if product != "whatsapp" {
		return nil, messaging.ErrRequired.With("messaging_product", "(#100) The parameter messaging_product is required.")
	}
	names := slices.Sorted(maps.Keys(r.Files))
	if len(names) == 0 {
		return nil, messaging.ErrRequired.With("file", "(#100) The parameter file is required.")
	}
	header := r.Files[names[0]][0]
	f, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	mime := header.Header.Get("Content-Type")
	if mime == "" || strings.HasPrefix(mime, "application/octet-stream") || strings.Contains(kind, "/") {
		mime = kind
	}
	stored, err := a.Attachments.Put(r.Context(), attachment.File{BusinessID: n.BusinessID, PhoneID: n.ID, MIME: mime, Name: header.Filename}, f)
	return graph.Created{ID: stored.ID}, err
}

// MediaFiles serves the files of attachments at their addresses: a token of the business is needed as well.
func (a *API) MediaFiles(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	i, ok := a.Attachments.CheckAddress(q.Get("mid"), q.Get("ext"), q.Get("hash"))
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		http.Error(w, "the address has run out; ask for the media again", http.StatusNotFound)
		return
	}
	caller, err := a.authenticate(r.Context(), strings.TrimSpace(token), "")
	if err != nil {
		http.Error(w, "a token of the business is needed", http.StatusUnauthorized)
		return
	}
	var f attachment.File
	err = a.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = attachment.FileTx(ctx, tx, caller, i)
		return err
	})
	if err != nil {
		http.NotFound(w, r)
		return
	}
	a.Attachments.Serve(w, r, f)
}
