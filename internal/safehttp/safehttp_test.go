package safehttp_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hawkerhq/hawker/internal/safehttp"
)

func TestHostileAddressesAreNeverCalled(t *testing.T) {
	t.Parallel()
	c := safehttp.New(safehttp.Config{})
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "10.0.0.1", "172.16.0.1", "192.168.1.1",
		"169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]",
		"[2002:7f00:1::]", "[ff02::1]", "localhost",
	} {
		_, err := c.Do(t.Context(), http.MethodGet, "http://"+host+"/", nil, nil)
		if !errors.Is(err, safehttp.ErrAddress) {
			t.Errorf("%s: %v, want ErrAddress", host, err)
		}
	}
}

func TestAnswersAreBoundedAndRedirectsNotFollowed(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/redirect" {
			http.Redirect(w, r, "/big", http.StatusFound)
			return
		}
		_, _ = w.Write(bytes.Repeat([]byte("x"), 10*safehttp.BodyMost))
	}))
	defer srv.Close()
	if _, err := safehttp.New(safehttp.Config{}).Do(t.Context(), http.MethodGet, srv.URL, nil, nil); !errors.Is(err, safehttp.ErrAddress) {
		t.Errorf("a loopback server was called: %v", err)
	}
	c := safehttp.New(safehttp.Config{AllowPrivate: true})
	a, err := c.Do(t.Context(), http.MethodGet, srv.URL+"/big", nil, nil)
	if err != nil || len(a.Body) != safehttp.BodyMost || a.Status != http.StatusOK {
		t.Errorf("read %d bytes, status %d, %v", len(a.Body), a.Status, err)
	}
	if a, err := c.Do(t.Context(), http.MethodGet, srv.URL+"/redirect", nil, nil); err != nil || a.Status != http.StatusFound {
		t.Errorf("redirect answered %d, %v", a.Status, err)
	}
	if _, err := c.Do(t.Context(), http.MethodGet, "http://169.254.169.254/", nil, nil); !errors.Is(err, safehttp.ErrAddress) {
		t.Errorf("AllowPrivate opened the metadata service: %v", err)
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	strict, open := safehttp.New(safehttp.Config{}), safehttp.New(safehttp.Config{AllowPrivate: true})
	for raw, want := range map[string][2]bool{
		"https://shop.example/hook": {true, true}, "http://127.0.0.1:9000/x": {false, true}, "ftp://x/": {false, false},
		"https://a:b@x/": {false, false}, "/relative": {false, false}, "": {false, false},
	} {
		_, err1 := strict.CheckURL("callback_url", raw)
		_, err2 := open.CheckURL("callback_url", raw)
		if (err1 == nil) != want[0] || (err2 == nil) != want[1] {
			t.Errorf("%q: %v, %v", raw, err1, err2)
		}
	}
}
