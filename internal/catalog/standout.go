package catalog

// What stands out of a large catalog is found by narrow indexes (migration 00240), each over the items of one condition. A
// query that repeats the condition word for word may use its index.
const (
	away     = `i.availability <> 'in stock'`
	hidden   = `i.visibility <> 'published'`
	objected = `(i.review IN ('rejected', 'outdated') OR i.held)`
	waiting  = `i.review IN ('pending', 'outdated') AND NOT i.held`
	// issues is every item that a diagnostic may be about.
	issues = `(i.description = '' OR i.image_link = '' OR i.link = '' OR i.brand = '' OR i.google_category = '' OR i.price_minor = 0 OR i.expires_at > 0
	OR i.review = 'rejected' OR i.description = i.title OR (i.title = UPPER(i.title) AND i.title <> LOWER(i.title) AND LENGTH(i.title) > 5)
	OR i.picture NOT IN ('', 'none', 'ok', 'part'))`
)

// usual is what nearly all items of a catalog are, by the column that says so, and the condition of those that are not.
var usual = map[string]struct{ value, but string }{
	"availability": {InStock, away},
	"visibility":   {Published, hidden},
}

// unusual tells that a test holds only for items that stand out: they have an index of their own.
func (t test) unusual() bool {
	u, ok := usual[t.field.column]
	return ok && t.op == opEqual && !t.not && len(t.texts) == 1 && t.texts[0] != u.value
}

// reviewIs is the SQL of a review state.
func reviewIs(state string) string {
	switch state {
	case Held:
		return `i.review = 'pending' AND i.held AND ` + objected
	case Rejected:
		return `i.review = 'rejected' AND ` + objected
	case Pending:
		return waiting + ` AND i.review = 'pending'`
	case Outdated:
		return `i.review = 'outdated' AND ` + objected
	case Approved:
		return `i.review = 'approved'`
	}
	return `FALSE`
}
