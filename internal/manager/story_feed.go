package manager

import (
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/ui"
)

func (s sample) uploads() []feed.Upload {
	return []feed.Upload{
		{ID: 1, FeedID: 10, State: "ended", FileName: "thuc-don.csv", Counters: feed.Counters{Detected: 26, Persisted: 26}, StartedAt: s.Now.Add(-time.Hour), EndedAt: s.Now},
		{ID: 2, FeedID: 10, State: "ended", URL: "https://shop.example/" + longWord + ".xml", Counters: feed.Counters{Detected: 1200, Persisted: 1190, Invalid: 10, Errors: 10, Warnings: 33, Deleted: 4}, StartedAt: s.Now.Add(-30 * time.Hour)},
		{ID: 3, FeedID: 10, State: "ended", Failed: true, FileName: longWord, StartedAt: s.Now.Add(-300 * time.Hour)},
		{ID: 4, FeedID: 10, State: "running", FileName: "triệu-món.csv.gz", Counters: feed.Counters{Detected: 421337, Persisted: 421000}, StartedAt: s.Now.Add(-time.Minute)},
	}
}

func (s sample) feedLines() []FeedLine {
	up := s.uploads()
	return []FeedLine{
		{Feed: feed.Feed{ID: 10, Name: "Thực đơn"}, Upload: up[0], Ran: true},
		{Feed: feed.Feed{ID: 11, Name: longText}, Upload: up[1], Ran: true},
		{Feed: feed.Feed{ID: 12, Name: "Cũ"}, Upload: up[2], Ran: true},
		{Feed: feed.Feed{ID: 13, Name: "Mới"}},
	}
}

// feeds are the pages of data sources.
func (b book) feeds() []ui.Story {
	return []ui.Story{
		b.story("batches.html", "empty", func(s sample) any { return BatchesPage{Shell: s.shell("sources")} }),
		b.story("batches.html", "many", func(s sample) any {
			return BatchesPage{Shell: s.shell("sources"), Batches: []catalog.BatchLine{s.batch("finished"), s.batch("started"), s.batch("error")}}
		}),
		b.story("batch.html", "running", func(s sample) any { return BatchPage{Shell: s.shell("sources"), Batch: s.batch("started")} }),
		b.story("batch.html", "one", func(s sample) any { return BatchPage{Shell: s.shell("sources"), Batch: s.batch("finished")} }),
		b.story("batch.html", "error", func(s sample) any {
			return BatchPage{Shell: s.shell("sources"), Batch: s.batch("finished"), More: 12, Problems: []catalog.LineProblem{
				{Line: 3, ID: "PH01", Message: "price: 12,5 is no price", Warning: true}, {Line: 4000, ID: longWord, Message: longText},
			}}
		}),
		b.story("sources.html", "nothing", func(s sample) any { return SourcesPage{Shell: s.bare("sources")} }),
		b.story("sources.html", "empty", func(s sample) any { return SourcesPage{Shell: s.shell("sources"), Form: SourceForm{Interval: "DAILY"}} }),
		b.story("sources.html", "many", func(s sample) any {
			return SourcesPage{Shell: s.shell("sources"), Form: SourceForm{Interval: "DAILY"}, Feeds: s.feedLines()}
		}),
		b.story("sources.html", "error", func(s sample) any {
			p := SourcesPage{Shell: s.shell("sources"), Form: SourceForm{Interval: "WEEKLY", Name: longText, Deletion: true}, Problem: s.problem(), LintName: longWord + ".csv"}
			p.Lint = &feed.LintReport{Kind: "csv", Encoding: "windows-1258", Rows: 12, Good: 9, Errors: 2, Warnings: 1, Unknown: []string{"ghi_chu", longWord}, Problems: []feed.LintProblem{
				{Row: 3, ID: "PH01", Fatal: true, Field: "price", Value: "12,5", Problem: "is no price", Remedy: "12.50 USD"}, {Row: 9, ID: longWord, Field: "gtin", Value: longText, Problem: longText, Remedy: longText},
			}}
			p.Dry, p.Targets = &DryRun{Add: 1234, Change: 5, Same: 100000, Remove: 3, Elsewhere: 2}, columnTargets()
			p.Columns = []ColumnChoice{{From: "gia_ban", To: "price", Samples: []string{"12000 VND", "15000 VND"}}, {From: longWord, Samples: []string{longText}}}
			return p
		}),
		b.story("source.html", "empty", func(s sample) any {
			return SourcePage{Shell: s.shell("sources"), Feed: feed.Feed{ID: 10, Name: "Thực đơn", CatalogID: sampleCatalog}}
		}),
		b.story("source.html", "many", func(s sample) any {
			sch := []feed.Schedule{{Interval: "DAILY", URL: "https://shop.example/feed.xml", NextAt: s.Now.Add(5 * time.Hour)}, {Interval: "HOURLY", Updates: true, URL: "https://shop.example/" + longWord, NextAt: s.Now}}
			return SourcePage{Shell: s.shell("sources"), Feed: feed.Feed{ID: 10, Name: longText, CatalogID: sampleCatalog}, Items: 1000000, Uploads: s.uploads(), Schedules: sch, Problem: s.problem()}
		}),
		b.story("upload.html", "one", func(s sample) any {
			return UploadPage{Shell: s.shell("sources"), Feed: feed.Feed{ID: 10, Name: "Thực đơn"}, Upload: s.uploads()[0]}
		}),
		b.story("upload.html", "running", func(s sample) any {
			return UploadPage{Shell: s.shell("sources"), Feed: feed.Feed{ID: 10, Name: "Thực đơn"}, Upload: s.uploads()[3], Rate: 41000}
		}),
		b.story("upload.html", "waiting", func(s sample) any {
			u := feed.Upload{ID: 5, FeedID: 10, State: feed.StateFetching, URL: "https://shop.example/" + longWord + ".xml", StartedAt: s.Now.Add(-4 * time.Minute), Fetch: feed.FetchFailure{
				Error: "The server answered 503 Service Unavailable instead of the file.", Remedy: "See what ails the server that holds the file.", Attempts: 2, FailedAt: s.Now.Add(-time.Minute), NextAt: s.Now.Add(3 * time.Minute),
			}}
			return UploadPage{Shell: s.shell("sources"), Feed: feed.Feed{ID: 10, Name: "Thực đơn"}, Upload: u}
		}),
		b.story("upload.html", "error", func(s sample) any {
			return UploadPage{Shell: s.shell("sources"), Feed: feed.Feed{ID: 10, Name: longText}, Upload: s.uploads()[1], Report: "#", Refused: 7, Errors: []UploadProblem{
				{UploadError: feed.UploadError{Fatal: true, Field: "price", Summary: "The price is no price", Description: "Write 12.50 USD.", Total: 9}, Samples: []feed.Sample{{Row: 4, RetailerID: "PH01", Value: "12,5"}}},
				{UploadError: feed.UploadError{Field: "gtin", Summary: longText, Description: longText, Total: 33}, Samples: []feed.Sample{{Row: 400000, RetailerID: longWord, Value: longText}}},
			}}
		}),
	}
}

// batch is a batch in some state.
func (s sample) batch(state string) catalog.BatchLine {
	b := catalog.BatchLine{Handle: "AK5Q" + longWord, Status: state, Sets: state == "error", Parts: 10, Applied: 4, CreatedAt: s.Now.Add(-time.Hour)}
	if state != "started" {
		b.Applied, b.FinishedAt = 10, s.Now
	}
	return b
}
