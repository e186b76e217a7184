module github.com/hawkerhq/hawker/compat/piusalfred

go 1.26.8

require github.com/piusalfred/whatsapp v0.1.12
