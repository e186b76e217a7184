package graph

import (
	"net/url"
	"strconv"
	"strings"
)

// Versions of the Graph API that answer under their own name.
// Newest is the newest version of the API.
const Newest = "v26.0"

const (
	oldestMajor   = 14
	newestMajor   = 26
	newestVersion = Newest
)

// path is a request path taken apart.
type path struct {
	// major and minor of the version; major is zero where the path names none.
	major, minor int
	version      string
	id           string
	edge         string
	item         string // behind the edge: one of what it lists; nothing has more parts, but what is not built
}

// name is the path without its version: the name of a root endpoint.
func (p path) name() string {
	name := p.id
	for _, part := range []string{p.edge, p.item} {
		if part != "" {
			name += "/" + part
		}
	}
	return name
}

// parsePath takes an escaped path apart. Doubled and trailing slashes mean nothing.
func parsePath(escaped string) (p path, err error) {
	const most = 4096
	if len(escaped) > most {
		return p, ErrPath.Withf("", "Unknown path components: the path is longer than %d bytes", most)
	}
	var parts []string
	for s := range strings.SplitSeq(escaped, "/") {
		if s == "" {
			continue
		}
		u, err := url.PathUnescape(s)
		if err != nil {
			return p, ErrPath.With("", "Unknown path components: the path is not percent-encoded correctly")
		}
		parts = append(parts, u)
	}
	if len(parts) > 0 {
		if major, minor, ok := parseVersion(parts[0]); ok {
			p.major, p.minor, p.version = major, minor, parts[0]
			parts = parts[1:]
		}
	}
	if len(parts) > 0 {
		p.id = parts[0]
	}
	if len(parts) > 1 {
		p.edge = parts[1]
	}
	if len(parts) > 2 {
		p.item = strings.Join(parts[2:], "/")
	}
	return p, nil
}

// parseVersion reads "v25.0".
func parseVersion(s string) (major, minor int, ok bool) {
	text, ok := strings.CutPrefix(s, "v")
	if !ok {
		return 0, 0, false
	}
	a, b, ok := strings.Cut(text, ".")
	if !ok || !digits(a) || !digits(b) {
		return 0, 0, false
	}
	major, err := strconv.Atoi(a)
	if err != nil {
		return 0, 0, false
	}
	minor, err = strconv.Atoi(b)
	return major, minor, err == nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) <= 4
}

// version picks the version that answers. One that has run out is answered by the oldest that has not, as
// Meta does; one that does not exist yet is refused.
func (e *Engine) version(r *Request, p path) (string, error) {
	switch {
	case p.version == "":
		return e.cfg.DefaultVersion, nil
	case p.major < oldestMajor:
		r.Warn(p.version + " has run out; v" + strconv.Itoa(oldestMajor) + ".0 answered")
		return "v" + strconv.Itoa(oldestMajor) + ".0", nil
	case p.major > newestMajor || p.minor != 0:
		return e.cfg.DefaultVersion, ErrPath.Withf("", "Unknown path components: /%s. The versions are v%d.0 to %s", p.version, oldestMajor, newestVersion)
	default:
		return "v" + strconv.Itoa(p.major) + ".0", nil
	}
}
