package catalog

// exempt is the compliance category of what has no country of origin: services.
const exempt = "COUNTRY_ORIGIN_EXEMPT"

// MissingInIndia names the facts that Indian law asks for and the item lacks: the country of origin, and of what comes from
// elsewhere the importer. Services are exempt.
func (i Item) MissingInIndia() (fields []string) {
	text := func(name string) string { s, _ := i.Extra[name].(string); return s }
	if text("wa_compliance_category") == exempt {
		return nil
	}
	origin := text("origin_country")
	if origin == "" {
		fields = append(fields, "origin_country")
	}
	if origin == "IN" || origin == "" {
		return fields
	}
	if text("importer_name") == "" {
		fields = append(fields, "importer_name")
	}
	address, _ := i.Extra["importer_address"].(map[string]any)
	for _, part := range []string{"street1", "city", "country"} {
		if s, _ := address[part].(string); s == "" {
			fields = append(fields, "importer_address."+part)
		}
	}
	return fields
}
