package template

import (
	"maps"
	"slices"
	"strings"
)

// languages are the codes templates may be written in.
var languages = func() map[string]bool {
	m := map[string]bool{}
	for code := range strings.FieldsSeq(`af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az be_BY bn bn_IN bg ca zh_CN zh_HK zh_TW hr cs da prs_AF nl nl_BE
		en en_GB en_US en_AE en_AU en_CA en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH fr_CI fr_MA
		ka de de_AT de_CH el gu ha he hi hu id ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb ps_AF fa pl pt_BR pt_PT pa ro ru sr si_LK sk sl
		es es_AR es_CL es_CO es_CR es_DO es_EC es_HN es_MX es_PA es_PE es_ES es_UY sw sv ta te th tr uk ur uz vi zu`) {
		m[code] = true
	}
	return m
}()

// Languages are the codes templates may be written in, in their order.
func Languages() []string { return slices.Sorted(maps.Keys(languages)) }

// knownLanguage tells whether templates may be written in a language.
func knownLanguage(code string) bool { return languages[code] }

// otp are the fixed texts of authentication templates in one language: {{1}} is the code, {{minutes}} how long it is good.
type otp struct{ body, advice, footer, copyCode, autofill string }

// otpTexts by language; others are in English.
var otpTexts = map[string]otp{
	"en": {"*{{1}}* is your verification code.", "For your security, do not share this code.", "This code expires in {{minutes}} minutes.", "Copy code", "Autofill"},
	"vi": {"*{{1}}* là mã xác minh của bạn.", "Vì lý do bảo mật, đừng chia sẻ mã này.", "Mã này hết hạn sau {{minutes}} phút.", "Sao chép mã", "Tự động điền"},
	"es": {"*{{1}}* es tu código de verificación.", "Por tu seguridad, no lo compartas.", "Este código caduca en {{minutes}} minutos.", "Copiar código", "Autocompletar"},
	"pt": {"*{{1}}* é o seu código de verificação.", "Para sua segurança, não o compartilhe.", "Este código expira em {{minutes}} minutos.", "Copiar código", "Preencher"},
	"id": {"*{{1}}* adalah kode verifikasi Anda.", "Demi keamanan, jangan bagikan kode ini.", "Kode ini berlaku selama {{minutes}} menit.", "Salin kode", "Isi otomatis"},
	"hi": {"*{{1}}* आपका सत्यापन कोड है।", "अपनी सुरक्षा के लिए यह कोड किसी को न बताएँ।", "यह कोड {{minutes}} मिनट में समाप्त हो जाएगा।", "कोड कॉपी करें", "अपने आप भरें"},
	"ar": {"*{{1}}* هو رمز التحقق الخاص بك.", "حفاظًا على أمانك، لا تشارك هذا الرمز.", "تنتهي صلاحية هذا الرمز خلال {{minutes}} دقيقة.", "نسخ الرمز", "ملء تلقائي"},
	"fr": {"*{{1}}* est votre code de vérification.", "Pour votre sécurité, ne le partagez pas.", "Ce code expire dans {{minutes}} minutes.", "Copier le code", "Remplir"},
	"de": {"*{{1}}* ist dein Verifizierungscode.", "Gib diesen Code zu deiner Sicherheit nicht weiter.", "Dieser Code läuft in {{minutes}} Minuten ab.", "Code kopieren", "Ausfüllen"},
}

func otpText(language string) otp {
	base, _, _ := strings.Cut(language, "_")
	if t, ok := otpTexts[base]; ok {
		return t
	}
	return otpTexts["en"]
}
