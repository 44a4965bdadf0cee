//! A defect while an input is unpacked.

use std::fmt;

use async_trait::async_trait;
use flowgauge_event::TimeRange;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use tokio::runtime::Runtime;

use super::*;

/// A bucket that has a defect.
#[derive(Debug)]
struct Defect;

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("defect")
    }
}

#[async_trait]
impl ObjectStore for Defect {
    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        unreachable!("only read")
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        unreachable!("only read")
    }

    async fn get_opts(&self, _: &Path, _: GetOptions) -> Result<GetResult> {
        panic!("all is lost")
    }

    fn delete_stream(
        &self,
        _: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        unreachable!("only read")
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        unreachable!("only read")
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        unreachable!("only read")
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        unreachable!("only read")
    }
}

#[test]
fn a_panic_is_no_end() {
    let runtime = Runtime::new().expect("a runtime");
    let shared = |skip_bad| Shared {
        inputs: Arc::new(vec![Entry {
            location: Location::Object {
                store: Arc::new(Defect),
                key: Path::from("a.log"),
            },
            name: "s3://b/a.log".to_owned(),
            size: Some(7),
            membership: Arc::default(),
        }]),
        range: TimeRange::default(),
        skip_bad,
        newest_first: false,
        statistics: Arc::default(),
    };
    let queue = |shared: &Shared| WorkQueue::start(shared, 1, runtime.handle().clone());
    match runtime.block_on(queue(&shared(false)).next()) {
        Err(error) => {
            assert_eq!(error.path, "s3://b/a.log");
            assert!(error.problem.contains("all is lost"), "{error}");
        }
        Ok(_) => panic!("a query would end well"),
    }
    let skipping = shared(true);
    let next = runtime.block_on(queue(&skipping).next());
    assert!(matches!(next, Ok(None)));
    assert_eq!(skipping.statistics.bad_file_list().len(), 1);
}
