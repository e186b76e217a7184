package messaging

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Bounds of the files in a flow's answer.
const (
	flowFilesMost     = 10
	flowFileBytesMost = 100 << 20
)

// answeredFile is a picked file in the answer of a flow.
type answeredFile struct {
	Name   string `json:"file_name"`
	MIME   string `json:"mime_type"`
	SHA256 string `json:"sha256"`
	ID     id.ID  `json:"id"`
}

// sealedFile is a picked file as an endpoint is told of it: encrypted, where it can be read, and what opens it.
type sealedFile struct {
	ID      id.ID      `json:"media_id"`
	URL     string     `json:"cdn_url"`
	Name    string     `json:"file_name"`
	Opening sealedKeys `json:"encryption_metadata"`
}

type sealedKeys struct {
	EncryptedHash []byte `json:"encrypted_hash"`
	IV            []byte `json:"iv"`
	Key           []byte `json:"encryption_key"`
	HMACKey       []byte `json:"hmac_key"`
	PlainHash     []byte `json:"plaintext_hash"`
}

// FlowFiles puts files in the place of what names them in what a form is sent with, to its end or to an endpoint.
type FlowFiles struct {
	Phone id.ID // of the chat; 0 in a preview, which keeps no files
	Who   string
	// Base is how endpoints reach us.
	Base string
}

// PutPicked stores a file that a customer picked in a form, and returns what names it in the form. A preview looks at it only.
func (x *Exchange) PutPicked(ctx context.Context, f FlowFiles, k flow.Picker, a attachment.File, r io.Reader) (ticket string, err error) {
	if f.Phone == 0 {
		return x.Attachments.Ticket(a, f.Who), attachment.CheckPicked(a.MIME, r)
	}
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, f.Phone)
		a.PhoneID, a.BusinessID = n.ID, n.BusinessID
		return err
	})
	if err != nil {
		return "", err
	}
	a, err = x.Attachments.PutPicked(ctx, a, k.Types, k.Most, r)
	return x.Attachments.Ticket(a, f.Who), err
}

// filesOf are the files a value names; none where it is no picker's.
func (x *Exchange) filesOf(raw json.RawMessage, who string) (list []attachment.File) {
	var names []string
	if json.Unmarshal(raw, &names) != nil {
		return nil
	}
	for _, name := range names {
		f, ok := x.Attachments.OfTicket(name, who)
		if !ok {
			return nil
		}
		list = append(list, f)
	}
	return list
}

// FlowAnswer is what a completed form is answered with, and the files in it.
func (x *Exchange) FlowAnswer(ctx context.Context, f FlowFiles, values map[string]json.RawMessage) (answer json.RawMessage, picked []id.ID, err error) {
	var size int64
	all, err := x.withFiles(ctx, f, values, func(a attachment.File) (any, error) {
		picked, size = append(picked, a.ID), size+a.Size
		if len(picked) > flowFilesMost || size > flowFileBytesMost {
			return nil, flow.ErrFiles.Withf("", "an answer carries at most %d files of %d bytes together; send more to the endpoint by data_exchange", flowFilesMost, flowFileBytesMost)
		}
		sum, err := hex.DecodeString(a.Hash)
		return answeredFile{a.Name, a.MIME, base64.StdEncoding.EncodeToString(sum), a.ID}, err
	})
	if err != nil {
		return nil, nil, err
	}
	if answer, err = json.Marshal(all); err != nil {
		return nil, nil, fmt.Errorf("messaging: %w", err)
	}
	return answer, picked, nil
}

// FlowAsked are the values an endpoint is asked with, with where it finds their files.
func (x *Exchange) FlowAsked(ctx context.Context, f FlowFiles, values map[string]json.RawMessage) (map[string]json.RawMessage, error) {
	return x.withFiles(ctx, f, values, func(a attachment.File) (any, error) {
		if f.Phone == 0 {
			return nil, flow.ErrFiles.With("", "a preview keeps no files, so its endpoint cannot be given any; send the flow to a customer")
		}
		seal, err := x.Attachments.Seal(a)
		if err != nil {
			return nil, err
		}
		sum, err := hex.DecodeString(a.Hash)
		return sealedFile{a.ID, f.Base + attachment.SealedPath + "?" + x.Attachments.SealedAddress(a), a.Name, sealedKeys{seal.Hash, seal.IV, seal.Key, seal.HMACKey, sum}}, err
	})
}

// withFiles replaces what names files by what tell makes of each.
func (x *Exchange) withFiles(ctx context.Context, f FlowFiles, values map[string]json.RawMessage, tell func(attachment.File) (any, error)) (map[string]json.RawMessage, error) {
	all := maps.Clone(values)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		named := x.filesOf(values[name], f.Who)
		if len(named) == 0 {
			continue
		}
		told := make([]any, 0, len(named))
		for _, a := range named {
			kept, err := x.keptFile(ctx, f.Phone, a)
			if err != nil {
				return nil, err
			}
			one, err := tell(kept)
			if err != nil {
				return nil, err
			}
			told = append(told, one)
		}
		b, err := json.Marshal(told)
		if err != nil {
			return nil, fmt.Errorf("messaging: %w", err)
		}
		all[name] = b
	}
	return all, nil
}

// keptFile is a file as it is stored now. A preview's is as it was picked.
func (x *Exchange) keptFile(ctx context.Context, phone id.ID, a attachment.File) (kept attachment.File, err error) {
	if phone == 0 {
		return a, nil
	}
	ok := false
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		kept, ok, err = attachment.OfNumberTx(ctx, tx, phone, a.ID)
		return err
	})
	if err == nil && !ok {
		err = flow.ErrFiles.With("", "a picked file is no longer kept; pick it again")
	}
	return kept, err
}

// pick fetches the files that a program lets a customer answer a form with.
func (x *Exchange) pick(ctx context.Context, in *Inbound) error {
	if len(in.Picks) == 0 || x.Attachments == nil {
		return nil
	}
	values := map[string]json.RawMessage{}
	if len(in.Response) > 0 && json.Unmarshal(in.Response, &values) != nil {
		return ErrValue.With("response", "the answer of a flow is an object")
	}
	var n waba.Number
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = waba.NumberTx(ctx, tx, in.PhoneID)
		return err
	})
	if err != nil {
		return err
	}
	f := FlowFiles{Phone: in.PhoneID, Who: rand.Text()}
	for _, name := range slices.Sorted(maps.Keys(in.Picks)) {
		var tickets []string
		for _, media := range in.Picks[name] {
			if media.Link == "" {
				return ErrValue.Withf("files", "files.%.40q: each file needs a link it can be fetched from", name)
			}
			file, err := x.Attachments.FromLink(ctx, attachment.File{BusinessID: n.BusinessID, PhoneID: n.ID, Inbound: true, Name: media.Filename}, "document", media.Link)
			if err != nil {
				return err
			}
			tickets = append(tickets, x.Attachments.Ticket(file, f.Who))
		}
		b, err := json.Marshal(tickets)
		if err != nil {
			return fmt.Errorf("messaging: %w", err)
		}
		values[name] = b
	}
	in.Response, in.Picked, err = x.FlowAnswer(ctx, f, values)
	return err
}

// pickedFiles are the files of a filled-in flow, for its bubble.
func pickedFiles(ctx context.Context, tx *db.Tx, phone id.ID, ids []id.ID) (list []fileRef, err error) {
	for _, i := range ids {
		f, ok, err := attachment.OfNumberTx(ctx, tx, phone, i)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, fileRef{ID: f.ID, Kind: bubbleKind(f), MIME: f.MIME, Name: f.Name, Size: f.Size})
		}
	}
	return list, nil
}

// bubbleKind is how a picked file is shown: what browsers do not draw is a document.
func bubbleKind(f attachment.File) string {
	if slices.Contains([]string{"image/jpeg", "image/png", "image/webp", "image/gif"}, f.MIME) {
		return "image"
	}
	return "document"
}
