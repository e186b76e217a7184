package policy

import "slices"

// use is what a phrase does.
type use uint8

const (
	useAlways   use = iota // rejects, whatever it is printed on or made into
	useHard                // rejects, whatever the listing's head noun is, but not a picture of it
	useReject              // rejects what is sold under that name
	useNeed                // rejects together with a cue
	useHold                // a person decides
	useCue                 // what useNeed needs
	useSoften              // leaves to a person what would be rejected: wine for cooking
	useClear               // a head noun that makes it something else: a glass for wine
	usePrint               // a head noun that only shows something: a poster
	useAbsorb              // food that what it is made with is no drink in: cake with rum
	useExcept              // words that mean something else together: root beer
	useCancel              // says that it is not so: alcohol free
	useColour              // a colour's name, behind what it is like
	useColourOf            // "the colour of", before it
	useBefore              // a word that denies what follows
	useAfter               // a word that denies what stands before
	useWith                // begins another part of what is sold
	useAnd                 // a word of useWith that also joins: beer and wine glasses
	useLink                // leads from the head noun to what it is for
	useIn                  // reads as a denial of another language, but says where: the Portuguese "no"
	useSet                 // a word of a set that combinations name
)

var uses = map[string]use{
	"always": useAlways, "hard": useHard, "reject": useReject, "need": useNeed, "hold": useHold, "cue": useCue, "soften": useSoften, "clear": useClear,
	"print": usePrint, "absorb": useAbsorb, "except": useExcept, "cancel": useCancel, "colour": useColour, "colourof": useColourOf, "before": useBefore, "after": useAfter,
	"with": useWith, "and": useAnd, "link": useLink, "in": useIn,
}

// accuses tells whether a phrase of this use stands against a listing.
func (u use) accuses() bool { return u <= useHold }

// goods is the section of words that hold for every policy.
const goods = "goods"

// ids are the policies that phrases may name.
var ids = []string{
	"drugs", "tobacco", "alcohol", "supplements", "weapons", "animals", "adult", "sexualized", "body_parts", "healthcare", "gambling", "dating", "digital",
	"media_access", "financial", "misleading", "counterfeit", "stolen", "recalled", "hazardous", "hate", "human_exploitation", "illegal", "hygiene",
}

// phrase is a phrase of the rules.
type phrase struct {
	text, lang, policy string
	mask               policies // the policy's own bit
	use                use
	headFirst          bool
	words              int
	first              uint64 // the first word's hash with its accents
	set                int    // of useSet
	from, to           int    // what a number in it may be; no bounds when both are zero
	wild               bool   // has a number in it
	ending             bool   // is the ending of a word
	latin              bool   // is written in Latin letters
}

// policies is a set of policies.
type policies uint32

// maskOf is the bit of a policy, or of [goods].
func maskOf(policy string) policies { return 1 << (slices.Index(ids, policy) + 1) }

// rule names the phrase's rule in evidence.
func (p *phrase) rule() string { return p.lang + "/" + p.policy }

// combination accuses a listing that has a word of each of its sets.
type combination struct {
	phrase // what it does; the text names the sets
	level  level
	sets   []int
	not    []int // in whose words it is something else, when the title has one
}

// shortWord is up to how many letters a single word only counts as it is written, accents and all.
const shortWord = 4

// Endings have a length between these, and the word is longer by leastStem.
const (
	leastEnding = 4
	mostEnding  = 9
	leastStem   = 2
)

// anyNumber is the key of a number in a phrase that may be any one.
const anyNumber = 0x23_23_23_23

// IDs lists the policies a verdict may name.
func IDs() []string { return slices.Clone(ids) }
