package attachment

import (
	"encoding/hex"
	"net/http"
	"strings"
)

// Serve writes a file with its own type and nothing a browser could take for a page.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request, f File) {
	in, err := s.Open(f)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = in.Close() }()
	h := w.Header()
	h.Set("Content-Type", f.MIME)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=300")
	if !strings.HasPrefix(f.MIME, "image/") && !strings.HasPrefix(f.MIME, "video/") && !strings.HasPrefix(f.MIME, "audio/") {
		h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+escapeName(f.Name))
	}
	http.ServeContent(w, r, "", f.CreatedAt, in)
}

// escapeName writes a file name as RFC 5987 asks.
func escapeName(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
		}
	}
	return b.String()
}
