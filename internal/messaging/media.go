package messaging

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// mediaOf is the media object of a message's own type.
func mediaOf(m *wire.Message) *wire.Media {
	return map[string]*wire.Media{"image": m.Image, "video": m.Video, "audio": m.Audio, "document": m.Document, "sticker": m.Sticker}[m.Type]
}

// voiceType is what a voice message is.
const voiceType = "audio/ogg"

// fileNameMost is the longest name of a document.
const fileNameMost = 240

func checkMedia(kind string, m *wire.Media) error {
	if m == nil {
		return required(kind)
	}
	if err := checkMediaSource(kind, m); err != nil {
		return err
	}
	switch {
	case m.Caption != "" && (kind == "audio" || kind == "sticker"):
		return ErrValue.Withf(kind+".caption", "%s messages have no caption; send a text beside it", kind)
	case runes(m.Caption) > captionMost:
		return ErrValue.Withf(kind+".caption", "caption has %d characters, at most %d are allowed", runes(m.Caption), captionMost)
	case m.Filename != "" && kind != "document":
		return ErrValue.Withf(kind+".filename", "only documents have a filename, %s messages do not", kind)
	case runes(m.Filename) > fileNameMost:
		return ErrValue.Withf(kind+".filename", "filename has %d characters, at most %d are allowed", runes(m.Filename), fileNameMost)
	case m.Voice && kind != "audio":
		return ErrValue.Withf(kind+".voice", "voice belongs to audio messages")
	}
	return nil
}

// fileRef is a file of a message, as the ledger keeps it.
type fileRef struct {
	ID    id.ID  `json:"id"`
	Kind  string `json:"kind"` // image, video, audio, document, sticker
	MIME  string `json:"mime"`
	Name  string `json:"name,omitempty"`
	Size  int64  `json:"size"`
	Voice bool   `json:"voice,omitempty"`
}

// mediaRef is a media object of a message and what it is there.
type mediaRef struct {
	kind, field string
	media       *wire.Media
}

// mediaRefs are the media objects of a message, in order: its own, its header's, those of its cards.
func mediaRefs(m *wire.Message) (list []mediaRef) {
	header := func(field string, h *wire.Header) {
		if h == nil || h.Type == "text" {
			return
		}
		list = append(list, mediaRef{h.Type, field + ".header." + h.Type, map[string]*wire.Media{"image": h.Image, "video": h.Video, "document": h.Document}[h.Type]})
	}
	if own := mediaOf(m); own != nil {
		return []mediaRef{{m.Type, m.Type, own}}
	}
	if m.Type == "template" {
		return templateMedia(m.Template)
	}
	if m.Type != "interactive" {
		return nil
	}
	header("interactive", m.Interactive.Header)
	for _, c := range m.Interactive.Action.Cards {
		header("interactive.action.cards", c.Header)
	}
	return list
}

// attach finds the files of a message: those named by id are refused at once when they do not fit, those
// behind a link are fetched, and what goes wrong with them fails the message by a status.
func (x *Exchange) attach(ctx context.Context, c access.Caller, n waba.Number, m *wire.Message) (files []fileRef, failed *fault.Fault, err error) {
	for _, ref := range mediaRefs(m) {
		if x.Attachments == nil {
			return nil, nil, ErrNotOffered.With(ref.field, "Unsupported message type: this server keeps no media")
		}
		var f attachment.File
		if ref.media.ID != "" {
			f, err = x.mediaByID(ctx, c, n, ref)
		} else {
			f, err = x.Attachments.FromLink(ctx, attachment.File{BusinessID: n.BusinessID, PhoneID: n.ID, Name: ref.media.Filename}, ref.kind, ref.media.Link)
		}
		if cause, ok := fault.As(err); ok && ref.media.Link != "" {
			return nil, ErrMedia.Withf(ref.field+".link", "Media upload error: %s", cause.Detail), nil
		}
		if err != nil {
			return nil, nil, err
		}
		wrong := f.Fits(ref.kind)
		if wrong == "" && ref.media.Voice && f.MIME != voiceType {
			wrong = "a voice message is audio/ogg with the codec OPUS, not " + f.MIME + "; leave voice out to send it as a sound"
		}
		if wrong != "" {
			cause := ErrMedia.Withf(ref.field, "Media upload error: %s", wrong)
			if ref.media.Link != "" {
				return nil, cause, nil
			}
			return nil, nil, cause
		}
		name := ref.media.Filename
		if name == "" {
			name = f.Name
		}
		files = append(files, fileRef{ID: f.ID, Kind: ref.kind, MIME: f.MIME, Name: name, Size: f.Size, Voice: ref.media.Voice})
	}
	return files, nil, nil
}

func (x *Exchange) mediaByID(ctx context.Context, c access.Caller, n waba.Number, ref mediaRef) (f attachment.File, err error) {
	i, err := id.Parse(ref.media.ID)
	if err != nil {
		return f, ErrValue.Withf(ref.field+".id", "media ID %.40q is not a media ID: upload the file to /{phone}/media and name the id it answers", ref.media.ID)
	}
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = attachment.FileTx(ctx, tx, c, i)
		return err
	})
	if errors.Is(err, attachment.ErrUnknown) || (err == nil && f.BusinessID != n.BusinessID) {
		return f, ErrValue.Withf(ref.field+".id", "media ID %s is unknown or has expired: media are kept for 30 days; upload the file again", i)
	}
	return f, err
}

// FileView is a file of a message.
type FileView struct {
	ID    id.ID  `json:"id"`
	Kind  string `json:"kind"`
	MIME  string `json:"mime_type"`
	Name  string `json:"filename,omitempty"`
	Size  int64  `json:"file_size"`
	Voice bool   `json:"voice,omitempty"`
}

func fileViews(list []fileRef) (views []FileView) {
	for _, f := range list {
		views = append(views, FileView(f))
	}
	return views
}

// inboundFile stores or fetches the file of a customer's message, or returns nil where it has none.
func (x *Exchange) inboundFile(ctx context.Context, in Inbound) (*attachment.File, error) {
	if in.Media == nil && in.Upload == nil {
		return nil, nil
	}
	if x.Attachments == nil || (in.Upload == nil && in.Media.Link == "") {
		return nil, ErrValue.Withf(in.Type+".link", "%s.link is missing: name a link the file can be fetched from", in.Type)
	}
	var n waba.Number
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = waba.NumberTx(ctx, tx, in.PhoneID)
		return err
	})
	if err != nil {
		return nil, err
	}
	f := attachment.File{BusinessID: n.BusinessID, PhoneID: n.ID, Inbound: true}
	kind := in.Type
	if up := in.Upload; up != nil {
		f.MIME, f.Name = up.MIME, up.Name
		f, err = x.Attachments.Put(ctx, f, up.Body)
		kind = kindOf(f)
	} else {
		f.Name = in.Media.Filename
		f, err = x.Attachments.FromLink(ctx, f, kind, in.Media.Link)
	}
	if err == nil {
		if wrong := f.Fits(kind); wrong != "" {
			err = ErrMedia.With(kind, wrong)
		}
	}
	return &f, err
}

// putInboundFile makes a file what the ledger keeps and what the business's programs are told.
func putInboundFile(c *content, msg *wire.Inbound, in Inbound, f attachment.File) error {
	c.Text = in.Media.Caption
	c.Files = []fileRef{{ID: f.ID, Kind: in.Type, MIME: f.MIME, Name: in.Media.Filename, Size: f.Size, Voice: in.Media.Voice}}
	msg.Type = in.Type
	return tellFile(msg, f, *in.Media)
}

// tellFile is a customer's file in a webhook: msg's type says which.
func tellFile(msg *wire.Inbound, f attachment.File, media wire.Media) error {
	sum, err := hex.DecodeString(f.Hash)
	if err != nil {
		return fmt.Errorf("messaging: %w", err)
	}
	m := &wire.InboundMedia{
		ID: f.ID.String(), MIMEType: f.MIME, SHA256: base64.StdEncoding.EncodeToString(sum), Caption: media.Caption,
	}
	switch msg.Type {
	case "image":
		msg.Image = m
	case "video":
		msg.Video = m
	case "audio":
		m.Voice, msg.Audio = &media.Voice, m
	case "document":
		m.Filename, msg.Document = media.Filename, m
	case "sticker":
		msg.Sticker = m
	}
	return nil
}
