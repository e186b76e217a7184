package safehttp_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

func code(err error) fault.Code {
	if f, ok := fault.As(err); ok {
		return f.Code
	}
	return ""
}

// TestDownloads: what is written, what is refused, and where a password goes.
func TestDownloads(t *testing.T) {
	t.Parallel()
	var strangerSaw []string
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		strangerSaw = append(strangerSaw, r.Header.Get("Authorization"))
		_, _ = w.Write([]byte("moved"))
	}))
	t.Cleanup(stranger.Close)
	elsewhere := strings.Replace(stranger.URL, "127.0.0.1", "localhost", 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hop, found := strings.CutPrefix(r.URL.Path, "/hop/")
		n, _ := strconv.Atoi(hop)
		switch {
		case r.URL.Path == "/elsewhere":
			http.Redirect(w, r, elsewhere+"/f", http.StatusFound)
		case r.URL.Path == "/inside":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
		case r.URL.Path == "/scheme":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case r.URL.Path == "/broken":
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("half"))
		case r.URL.Path == "/long":
			for range 20 {
				_, _ = w.Write([]byte("0123456789"))
			}
		case r.URL.Path == "/gone":
			http.Error(w, "gone", http.StatusGone)
		case found && n > 0:
			http.Redirect(w, r, "/hop/"+strconv.Itoa(n-1), http.StatusFound)
		default:
			_, _ = w.Write([]byte("file"))
		}
	}))
	t.Cleanup(srv.Close)
	client := safehttp.New(safehttp.Config{AllowPrivate: true})
	t.Cleanup(client.Close)
	get := func(path string) (string, safehttp.Answer, error) {
		var b bytes.Buffer
		h := http.Header{"Authorization": {"Basic c2VjcmV0"}}
		a, err := client.Download(t.Context(), srv.URL+path, h, &b, 100, time.Minute)
		return b.String(), a, err
	}

	for path, want := range map[string]string{"/f": "file", "/hop/3": "file", "/elsewhere": "moved"} {
		if text, a, err := get(path); text != want || a.Status != http.StatusOK || err != nil {
			t.Errorf("%s: %q %d %v", path, text, a.Status, err)
		}
	}
	if len(strangerSaw) != 1 || strangerSaw[0] != "" {
		t.Errorf("the other host saw %q", strangerSaw)
	}
	if text, a, err := get("/gone"); text != "" || a.Status != http.StatusGone || err != nil {
		t.Errorf("/gone: %q %d %v", text, a.Status, err)
	}
	for path, want := range map[string]fault.Code{
		"/hop/4": "safehttp.address_refused", "/inside": "safehttp.address_refused", "/scheme": "safehttp.address_refused", "/broken": "safehttp.unreachable",
	} {
		if _, _, err := get(path); code(err) != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	if text, _, err := get("/long"); !errors.Is(err, safehttp.ErrTooLarge) || len(text) > 101 {
		t.Errorf("/long: %d bytes, %v", len(text), err)
	}
	strict := safehttp.New(safehttp.Config{})
	t.Cleanup(strict.Close)
	if _, err := strict.Download(t.Context(), srv.URL, nil, &bytes.Buffer{}, 100, time.Minute); code(err) != "safehttp.address_refused" {
		t.Errorf("plain HTTP to loopback: %v", err)
	}
}
