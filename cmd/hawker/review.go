package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/feedfile"
	"github.com/hawkerhq/hawker/internal/policy"
)

func newReview() *cobra.Command {
	var asJSON, all, exam bool
	var rules policy.Options
	var seller policy.Seller
	cmd := &cobra.Command{
		Use:   "review FILE",
		Short: "Tell what the policy review makes of a file of products, without a server",
		Long: `Reads any file of products (CSV, TSV, Excel, RSS or Atom) and prints each that the review would reject or give to
a person, with the policy and the words it rests on. With --exam the file has the columns expected (approve, reject or human)
and policy_id, and the score is printed with every miss.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := reviewFile(args[0], rules, seller)
			if err != nil {
				return err
			}
			switch {
			case exam:
				policy.Examine(list).Print(cmd.OutOrStdout(), true)
				return nil
			case asJSON:
				return reviewJSON(cmd.OutOrStdout(), list)
			}
			return reviewTable(cmd.OutOrStdout(), list, all)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print every listing as a line of JSON")
	cmd.Flags().BoolVar(&all, "all", false, "print approved listings too")
	cmd.Flags().BoolVar(&exam, "exam", false, "compare with the columns expected and policy_id, and print the score")
	cmd.Flags().StringVar(&rules.Dir, "policy-rules", "", "directory of files NAME.txt with further rules, as serve takes it")
	cmd.Flags().StringVar(&rules.Supplements, "policy-supplements", policy.SupplementsUnsafe, `food supplements to reject: "unsafe_only" or "all"`)
	cmd.Flags().StringVar(&seller.Sold, "country", "", "where the products are sold, for conditions of your rules: ISO 3166-1 alpha-2")
	cmd.Flags().StringVar(&seller.Name, "seller", "", "who sells them, for conditions of your rules")
	return cmd
}

// reviewFile judges every row of a file.
func reviewFile(name string, o policy.Options, s policy.Seller) ([]policy.Labelled, error) {
	s.Country = s.Sold
	rules, err := policy.Load(o)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	r, err := feedfile.Open(f, feedfile.Options{Name: name})
	if err != nil {
		return nil, inWords(err)
	}
	defer func() { _ = r.Close() }()
	var list []policy.Labelled
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if row.Problem != "" {
			return nil, fmt.Errorf("row %d cannot be read: %s", row.Number, row.Problem)
		}
		cell := map[string]string{}
		for n, name := range row.Names {
			cell[name] = row.Values[n]
		}
		list = append(list, policy.Labelled{
			ID: cell["id"], Lang: cell["lang"], Expected: cell["expected"], PolicyID: cell["policy_id"], Note: cell["note"], Title: cell["title"],
			Got: rules.ReviewFor(policy.Listing{
				ID: cell["id"], Title: cell["title"], Description: cell["description"], ProductType: cell["product_type"], Category: cell["google_product_category"],
				Brand: cell["brand"], Price: cell["price"],
			}, s),
		})
	}
}

func reviewJSON(w io.Writer, list []policy.Labelled) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, l := range list {
		err := enc.Encode(map[string]any{
			"id": l.ID, "verdict": l.Got.Verdict, "policy_id": l.Got.PolicyID, "confidence": l.Got.Confidence, "evidence": l.Got.Evidence, "reviewer": l.Got.Version,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func reviewTable(w io.Writer, list []policy.Labelled, all bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	counts := map[string]int{}
	for _, l := range list {
		counts[l.Got.Verdict]++
		if l.Got.Verdict == policy.Approve && !all {
			continue
		}
		why := ""
		for _, e := range l.Got.Evidence {
			why = fmt.Sprintf("%s: %s", e.Field, e.Text)
		}
		if _, err := fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", l.Got.Verdict, l.Got.PolicyID, l.ID, l.Title, why); err != nil {
			return err
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d listings: %d approved, %d rejected, %d for a person\n", len(list), counts[policy.Approve], counts[policy.Reject], counts[policy.Human])
	return err
}
