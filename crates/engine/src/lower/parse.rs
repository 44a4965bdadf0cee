//! `parse` in all its modes and the `json` stage.

use datafusion::common::Result;
use datafusion::logical_expr::{Expr as Df, lit};
use flowgauge_ql::pipeline::{Expr, Glob, PathStep, XmlPath};

use super::Lowering;
use super::expr::{call, field_of, step, text};

impl Lowering {
    pub(super) fn parse_glob(&mut self, input: &Expr, glob: &Glob, names: &[String]) -> Result<()> {
        let (places, read) = self.read_names(names);
        if read.is_empty() {
            return Ok(());
        }
        let mut args = vec![self.expr(input)?, lit(names.len() as i64)];
        args.extend(glob.literals.iter().map(|literal| text(literal)));
        args.extend(places.into_iter().map(|place| lit(place as i64)));
        let captures = self.add_internal("glob", call("_parse_glob", args)?)?;
        self.add_fields(captures, &read)
    }

    pub(super) fn parse_regex(
        &mut self,
        input: &Expr,
        regex: &str,
        groups: &[(usize, String)],
        multi: bool,
    ) -> Result<()> {
        let names: Vec<String> = groups.iter().map(|(_, name)| name.clone()).collect();
        // Every match makes a row, so `multi` counts even if nobody reads what it found.
        let (places, names) = if multi {
            ((0..names.len()).collect(), names)
        } else {
            self.read_names(&names)
        };
        if names.is_empty() && !multi {
            return Ok(());
        }
        let mut args = vec![self.expr(input)?, text(regex)];
        args.extend(places.iter().map(|&place| lit(groups[place].0 as i64)));
        let captures = if multi {
            self.explode("regex", call("_parse_regex_multi", args)?)?
        } else {
            self.add_internal("regex", call("_parse_regex", args)?)?
        };
        self.add_fields(captures, &names)
    }

    pub(super) fn parse_csv(&mut self, input: &Expr, names: &[String]) -> Result<()> {
        let (places, read) = self.read_names(names);
        if read.is_empty() {
            return Ok(());
        }
        let mut args = vec![self.expr(input)?];
        args.extend(places.into_iter().map(|place| lit(place as i64)));
        let record = self.add_internal("csv", call("_parse_csv", args)?)?;
        self.add_fields(record, &read)
    }

    pub(super) fn parse_logfmt(&mut self, input: &Expr, into: &str) -> Result<()> {
        let pairs = call("_parse_logfmt", vec![self.expr(input)?])?;
        self.add_columns(vec![(into.to_owned(), pairs)])
    }

    pub(super) fn parse_xml(&mut self, input: &Expr, path: &XmlPath, into: &str) -> Result<()> {
        let args = vec![self.expr(input)?, text(&path.to_string())];
        self.add_columns(vec![(into.to_owned(), call("_parse_xml", args)?)])
    }

    pub(super) fn parse_json(&mut self, input: &Expr, path: &[PathStep], into: &str) -> Result<()> {
        let document = call("jsonparse", vec![self.expr(input)?])?;
        let mut args = vec![document];
        args.extend(path.iter().map(step));
        self.add_columns(vec![(into.to_owned(), call("_json_access", args)?)])
    }

    /// The names that somebody reads, after their places among all.
    fn read_names(&self, names: &[String]) -> (Vec<usize>, Vec<String>) {
        let all = names.iter().cloned().enumerate();
        all.filter(|(_, name)| self.read.contains(name)).unzip()
    }

    /// One column a field of a struct.
    fn add_fields(&mut self, base: Df, names: &[String]) -> Result<()> {
        let columns = names
            .iter()
            .enumerate()
            .map(|(index, name)| (name.clone(), field_of(base.clone(), index)))
            .collect();
        self.add_columns(columns)
    }
}
