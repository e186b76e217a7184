// What the pages for developers do with a script. Every form works without.
import "./office";
