package safehttp_test

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// hostile are addresses that lead inside, or nowhere a stranger may send us, by why.
var hostile = map[string]string{
	"loopback":                  "127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.254 [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] localhost LOCALHOST",
	"this host":                 "0.0.0.0 0.0.0.1 0.255.255.255 [::] [::ffff:0.0.0.0]",
	"private":                   "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 192.168.255.254 [::ffff:10.0.0.1] [::ffff:192.168.0.1]",
	"private of IPv6":           "[fc00::1] [fd00::1] [fdff:ffff::1] [fec0::1]",
	"link-local and metadata":   "169.254.0.1 169.254.169.254 169.254.170.2 [fe80::1] [febf::1] [::ffff:169.254.169.254] [fd00:ec2::254]",
	"carrier-grade NAT":         "100.64.0.1 100.100.100.200 100.127.255.254",
	"protocols, tests, papers":  "192.0.0.1 192.0.0.192 192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1 198.19.255.254 192.88.99.1 [2001:db8::1] [3fff::1] [2001::1] [2001:10::1]",
	"multicast and reserved":    "224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.254 255.255.255.255 [ff02::1] [ff0e::1] [ff05::2]",
	"IPv4 inside IPv6":          "[64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::] [2002:a9fe:a9fe::1] [::127.0.0.1] [::ffff:0:127.0.0.1]",
	"outside of global unicast": "[100::1] [200::1] [4000::1] [e000::1] [5f00::1]",
}

func TestHostileAddressesAreNeverCalled(t *testing.T) {
	t.Parallel()
	c := safehttp.New(safehttp.Config{})
	n := 0
	for why, hosts := range hostile {
		for host := range strings.FieldsSeq(hosts) {
			n++
			_, err := c.Do(t.Context(), http.MethodGet, "https://"+host+"/", nil, nil)
			if !errors.Is(err, safehttp.ErrAddress) {
				t.Errorf("%s (%s): %v, want ErrAddress", host, why, err)
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d addresses tried", n)
	}
	for _, port := range []string{"22", "25", "5432", "6379", "8080", "8443", "1"} {
		if _, err := c.Do(t.Context(), http.MethodGet, "https://93.184.215.14:"+port+"/", nil, nil); !errors.Is(err, safehttp.ErrAddress) {
			t.Errorf("port %s: %v, want ErrAddress", port, err)
		}
	}
}

// Spellings that resolvers and parsers have been fooled with. Some are refused, some are no address at
// all; what counts is that nobody knocks.
func TestOddSpellingsOfLoopbackNeverKnock(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var knocks atomic.Int64
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			knocks.Add(1)
			_ = conn.Close()
		}
	}()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := safehttp.New(safehttp.Config{Timeout: time.Second})
	for _, host := range []string{
		"127.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "127.0.0.1.", "127.000.000.001",
		"①②⑦.⓪.⓪.①", "127。0。0。1", "[::1%25lo]", "[::ffff:127.0.0.1%25lo]", "localhost.", "ip6-localhost", "a@127.0.0.1", "127.0.0.1%2f", "127.0.0.1\t",
	} {
		for _, scheme := range []string{"http", "https"} {
			if a, err := c.Do(t.Context(), http.MethodGet, scheme+"://"+host+":"+port+"/", nil, nil); err == nil {
				t.Errorf("%s://%s was called and answered %d", scheme, host, a.Status)
			}
		}
	}
	if n := knocks.Load(); n != 0 {
		t.Errorf("%d connections reached the loopback listener", n)
	}
}

func TestOperatorsOpenTheirOwnNetworkAndNothingElse(t *testing.T) {
	t.Parallel()
	c := safehttp.New(safehttp.Config{AllowPrivate: true})
	for why, hosts := range hostile {
		switch why {
		case "loopback", "private", "private of IPv6":
			continue
		}
		for host := range strings.FieldsSeq(hosts) {
			if _, err := c.Do(t.Context(), http.MethodGet, "http://"+host+":9000/", nil, nil); !errors.Is(err, safehttp.ErrAddress) {
				t.Errorf("%s (%s): %v, want ErrAddress", host, why, err)
			}
		}
	}
}

func TestTheEnvironmentsProxyIsNotAsked(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	c := safehttp.New(safehttp.Config{})
	if _, err := c.Do(t.Context(), http.MethodGet, "https://10.0.0.1/", nil, nil); !errors.Is(err, safehttp.ErrAddress) {
		t.Errorf("%v, want ErrAddress", err)
	}
}

func TestASlowReceiverIsLeft(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-done:
		}
	}))
	defer srv.Close()
	defer close(done)
	c := safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: 50 * time.Millisecond})
	_, err := c.Do(t.Context(), http.MethodGet, srv.URL+"/?hub.verify_token=secret", nil, nil)
	if !errors.Is(err, safehttp.ErrUnreachable) {
		t.Errorf("%v, want ErrUnreachable", err)
	}
	if f, ok := fault.As(err); !ok || strings.Contains(f.Detail, "secret") {
		t.Errorf("the detail tells the URL: %v", err)
	}
}

func TestNoCookiesAreKept(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Cookies()) > 0 {
			t.Error("a cookie came back")
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
	}))
	defer srv.Close()
	c := safehttp.New(safehttp.Config{AllowPrivate: true})
	for range 2 {
		if _, err := c.Do(t.Context(), http.MethodGet, srv.URL, nil, nil); err != nil {
			t.Fatal(err)
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
