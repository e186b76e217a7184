package manager

import (
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/i18n"
)

// browsers and systems are looked for in this order: what comes first names others too.
var (
	browsers = [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"coc_coc_browser", "Cốc Cốc"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"HeadlessChrome/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"CriOS/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

// deviceMost is how much of an unknown program's name is shown.
const deviceMost = 40

// device names what somebody logged in with, from what its browser calls itself.
func device(lang, agent string) string {
	first := func(list [][2]string) string {
		for _, one := range list {
			if strings.Contains(agent, one[0]) {
				return one[1]
			}
		}
		return ""
	}
	browser, system := first(browsers), first(systems)
	switch {
	case browser != "" && system != "":
		return i18n.T(lang, "manager.device", "browser", browser, "system", system)
	case browser+system != "":
		return browser + system
	}
	name, _, _ := strings.Cut(strings.TrimSpace(agent), " ")
	name, _, _ = strings.Cut(name, "/")
	if name == "" {
		return i18n.T(lang, "manager.device_unknown")
	}
	if utf8.RuneCountInString(name) > deviceMost {
		name = string([]rune(name)[:deviceMost]) + "…"
	}
	return name
}
