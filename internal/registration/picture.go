package registration

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/waba"
)

// PicturePath is where profile pictures are read, by their hash.
const PicturePath = "/profile/"

// pictureBytes and pictureSide bound a profile picture.
const (
	pictureBytes = 5 << 20
	pictureSide  = 640
)

// Handles opens files that were uploaded beforehand: feed.Service.
type Handles interface {
	OpenHandle(ctx context.Context, c access.Caller, handle string) (mime string, f io.ReadCloser, err error)
}

// TakePicture draws an uploaded picture anew and keeps it; the answer is its address under the server's own.
func (s *Service) TakePicture(ctx context.Context, c access.Caller, handle string) (path string, err error) {
	_, f, err := s.Handles.OpenHandle(ctx, c, handle)
	if _, refused := fault.As(err); refused {
		return "", ErrParam.With("profile_picture_handle", "profile_picture_handle names no file that this token's app uploaded within a day; upload it with POST /{app}/uploads").Wrap(err)
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, pictureBytes+1))
	if err != nil {
		return "", err
	}
	if len(raw) > pictureBytes {
		return "", ErrParam.Withf("profile_picture_handle", "the picture has more than %d MB", pictureBytes>>20)
	}
	p, err := media.RenderPicture(raw, pictureSide)
	if errors.Is(err, media.ErrPictureType) || errors.Is(err, media.ErrPictureLarge) || errors.Is(err, media.ErrPictureBroken) {
		return "", ErrParam.With("profile_picture_handle", "the file is no picture that can be read: JPEG or PNG, at most 5 MB").Wrap(err)
	}
	if err != nil {
		return "", err
	}
	blob, err := s.Pictures.Put(ctx, bytes.NewReader(p.Views[0]), pictureBytes)
	return PicturePath + blob.Hash + ".jpg", err
}

// SetProfile changes a number's profile; a picture it had and has no more is removed.
func (s *Service) SetProfile(ctx context.Context, c access.Caller, phoneID id.ID, change waba.ProfileChange) error {
	unused := ""
	err := s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		unused = ""
		before, err := waba.ProfileTx(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		if err := waba.SetProfileTx(ctx, tx, n.ID, change); err != nil {
			return nil, err
		}
		if change.PictureURL == nil || before.PictureURL == "" || before.PictureURL == *change.PictureURL {
			return nil, nil
		}
		shown, err := waba.PictureShownTx(ctx, tx, before.PictureURL)
		if !shown {
			unused = before.PictureURL
		}
		return nil, err
	})
	if hash, ours := strings.CutPrefix(unused, PicturePath); err == nil && ours {
		_ = s.Pictures.Remove(strings.TrimSuffix(hash, ".jpg")) // what stays behind takes a little room
	}
	return err
}

// ServePicture answers [PicturePath].
func (s *Service) ServePicture(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	hash, isJPEG := strings.CutSuffix(r.PathValue("name"), ".jpg")
	f, err := s.Pictures.Open(hash)
	if err != nil || !isJPEG {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = f.Close() }()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "public, max-age=3600")
	http.ServeContent(w, r, "", time.Time{}, f)
}
