// Package condition is what an operator's rules ask of an item, its seller and the country it is sold in: expressions in CEL. They are
// checked when they are read, and what one may cost has a bound: there are no loops but over what an item has, and regular
// expressions are RE2's, which do not go back.
package condition

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
)

// Bounds of a condition.
const (
	mostBytes = 4000
	mostDepth = 40
	// mostCost is what evaluating one may cost, in CEL's units: a comparison is 1, looking through a text one for ten characters.
	mostCost = 20_000
)

// sizes are how long the texts an item may have are, as the catalog bounds them.
var sizes = map[string]uint64{
	"item.title": 200, "item.description": 9999, "item.brand": 100, "item.product_type": 750, "item.category": 750, "item.link": 2048, "item.fields": 60,
	"seller.name": 256, "seller.catalog": 256,
}

// Facts are what conditions ask.
type Facts struct {
	Title, Description, Brand, ProductType, Category, Condition, Availability, Link, Currency string
	// Price is what it costs in whole units of its currency, PriceUSD roughly in US dollars; 0 where that is not known.
	Price, SalePrice, PriceUSD float64
	Fields                     map[string]any // further fields by the names of feeds
	Seller                     Seller
}

// Seller is who sells.
type Seller struct {
	ID, Name, Country, Catalog string
	// Sold is the country where it sells: of the number that shows the catalog.
	Sold string
}

// variables are the names in expressions, with their types.
var variables = map[string]*cel.Type{
	"item.title": cel.StringType, "item.description": cel.StringType, "item.brand": cel.StringType, "item.product_type": cel.StringType,
	"item.category": cel.StringType, "item.condition": cel.StringType, "item.availability": cel.StringType, "item.link": cel.StringType,
	"item.currency": cel.StringType, "item.price": cel.DoubleType, "item.sale_price": cel.DoubleType, "item.price_usd": cel.DoubleType,
	"item.fields": cel.MapType(cel.StringType, cel.DynType),
	"seller.id":   cel.StringType, "seller.name": cel.StringType, "seller.country": cel.StringType, "seller.catalog": cel.StringType,
	"country": cel.StringType,
}

// ResolveName is a variable's value.
func (f *Facts) ResolveName(name string) (any, bool) {
	switch name {
	case "item.title":
		return f.Title, true
	case "item.description":
		return f.Description, true
	case "item.brand":
		return f.Brand, true
	case "item.product_type":
		return f.ProductType, true
	case "item.category":
		return f.Category, true
	case "item.condition":
		return f.Condition, true
	case "item.availability":
		return f.Availability, true
	case "item.link":
		return f.Link, true
	case "item.currency":
		return f.Currency, true
	case "item.price":
		return f.Price, true
	case "item.sale_price":
		return f.SalePrice, true
	case "item.price_usd":
		return f.PriceUSD, true
	case "item.fields":
		return f.Fields, true
	case "seller.id":
		return f.Seller.ID, true
	case "seller.name":
		return f.Seller.Name, true
	case "seller.country":
		return f.Seller.Country, true
	case "seller.catalog":
		return f.Seller.Catalog, true
	case "country":
		return f.Seller.Sold, true
	}
	return nil, false
}

// Parent is none.
func (*Facts) Parent() cel.Activation { return nil }

// Condition is a checked expression.
type Condition struct{ program cel.Program }

var environment = sync.OnceValues(func() (*cel.Env, error) {
	options := []cel.EnvOption{cel.ParserExpressionSizeLimit(mostBytes), cel.ParserRecursionLimit(mostDepth)}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		options = append(options, cel.Variable(name, variables[name]))
	}
	return cel.NewEnv(options...)
})

// Compile checks an expression: that it is one, of these variables, answers yes or no, and costs no more than a review may.
func Compile(text string) (*Condition, error) {
	if len(text) > mostBytes {
		return nil, fmt.Errorf("the condition has %d bytes, at most %d are allowed", len(text), mostBytes)
	}
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("condition: %w", err)
	}
	ast, issues := env.Compile(text)
	if list := issues.Errors(); len(list) > 0 {
		return nil, fmt.Errorf("%s (character %d of the condition)", firstLine(list[0].Message), list[0].Location.Column()+1)
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("the condition is a %s; it has to be true or false", ast.OutputType())
	}
	cost, err := env.EstimateCost(ast, estimator{})
	if err != nil {
		return nil, fmt.Errorf("condition: %w", err)
	}
	if cost.Max > mostCost {
		return nil, fmt.Errorf("the condition may cost %s, at most %d is allowed: loops inside loops and long searches cost most", costText(cost.Max), mostCost)
	}
	program, err := env.Program(ast, cel.CostLimit(mostCost), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, fmt.Errorf("the condition cannot be run: %s", firstLine(err.Error()))
	}
	return &Condition{program}, nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func costText(n uint64) string {
	if n > 1<<40 {
		return "without bound"
	}
	return fmt.Sprint(n)
}

// ErrUnclear is a condition that could not be answered: it divides by zero, say.
var ErrUnclear = errors.New("condition: no answer")

// Met tells whether the facts are as the condition says. A field the item does not have makes it not so.
func (c *Condition) Met(f *Facts) (bool, error) {
	v, _, err := c.program.Eval(f)
	if err != nil {
		if strings.Contains(err.Error(), "no such key") {
			return false, nil
		}
		return false, fmt.Errorf("%w: %s", ErrUnclear, firstLine(err.Error()))
	}
	return v == types.True, nil
}

// estimator knows how long texts may be.
type estimator struct{}

func (estimator) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	if most, ok := sizes[strings.Join(n.Path(), ".")]; ok {
		return &cost.SizeEstimate{Min: 0, Max: most}
	}
	if len(n.Path()) > 0 { // a value of a further field, a short name
		return &cost.SizeEstimate{Min: 0, Max: 1000}
	}
	return nil
}

func (estimator) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
