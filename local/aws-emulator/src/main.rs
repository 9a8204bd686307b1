// SPDX-License-Identifier: Apache-2.0
//! The services of the fakecloud emulator that identity incidents need, with signatures and policies enforced.
//! Usage: custody-aws ADDR ACCOUNT REGION [--until-stdin-closes]. Prints the bound port; root credentials are test/test.
//! It ends at once on SIGTERM or SIGINT and, with the flag, when whoever started it is gone: nothing in it is worth saving.
mod held;
mod real;

use std::{env, io, net::SocketAddr, process, sync::Arc, thread};

use axum::{Extension, Router};
use fakecloud_core::{
    auth::{IamMode, MultiResourcePolicyProvider},
    delivery::DeliveryBus,
    dispatch::{self, DispatchConfig},
    multi_account::MultiAccountState,
    registry::ServiceRegistry,
};
use fakecloud_iam::{
    credential_resolver::IamCredentialResolver, iam_service::IamService,
    policy_evaluator::IamPolicyEvaluatorImpl, resource_policy::StsResourcePolicyProvider,
    sts_service::StsService,
};
use fakecloud_organizations::resolver::{OrganizationsMembershipResolver, OrganizationsScpResolver};
use parking_lot::RwLock;

#[tokio::main]
async fn main() {
    let (flags, words): (Vec<String>, Vec<String>) = env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let mut args = words.into_iter();
    for flag in flags {
        match flag.as_str() {
            "--until-stdin-closes" => end_with_stdin(),
            _ => {
                eprintln!("unknown flag {flag}");
                process::exit(2);
            }
        }
    }
    tokio::spawn(end_on_signal());
    let addr = args.next().unwrap_or_else(|| "127.0.0.1:4566".into());
    let account = args.next().unwrap_or_else(|| "123456789012".into());
    let region = args.next().unwrap_or_else(|| "us-east-1".into());
    let listener = tokio::net::TcpListener::bind(&addr).await.expect("bind");
    let bound = listener.local_addr().expect("address");
    let url = format!("http://{bound}");

    macro_rules! state { () => { Arc::new(RwLock::new(MultiAccountState::new(&account, &region, &url))) }; }
    let iam = state!();
    let organizations: fakecloud_organizations::SharedOrganizationsState =
        Arc::new(RwLock::new(fakecloud_organizations::OrganizationsRegistry::default()));
    let sso: fakecloud_ssoadmin::SharedSsoAdminState = state!();
    fakecloud_ssoadmin::state::ensure_default_instance(&sso, &account, &region);
    let sqs = state!();

    let mut registry = ServiceRegistry::new();
    let iam_service = IamService::new(iam.clone());
    let lock = iam_service.snapshot_lock();
    let real = |service| Arc::new(real::Real::new(service, iam.clone()));
    registry.register(real(Arc::new(iam_service)));
    registry.register(real(Arc::new(
        StsService::new(iam.clone())
            .with_snapshot_lock(lock)
            .with_org_membership(OrganizationsMembershipResolver::shared(organizations.clone())),
    )));
    let held = |prefix, service| Arc::new(held::Held::new(prefix, service, iam.clone()));
    registry.register(held(
        "secretsmanager",
        Arc::new(
            fakecloud_secretsmanager::SecretsManagerService::new(state!())
                .with_delivery(Arc::new(DeliveryBus::new())),
        ),
    ));
    registry.register(held(
        "organizations",
        Arc::new(fakecloud_organizations::OrganizationsService::new(organizations.clone())),
    ));
    let lookup = sso.clone();
    let identity_store = fakecloud_identitystore::IdentityStoreService::new(state!())
        .with_instance_store_lookup(Arc::new(move |account: &str| {
            lookup
                .read()
                .get(account)
                .map(|a| a.instances.values().map(|i| i.identity_store_id.clone()).collect())
                .unwrap_or_default()
        }));
    registry.register(held("identitystore", Arc::new(identity_store)));
    registry.register(held("sso", Arc::new(fakecloud_ssoadmin::SsoAdminService::new(sso))));
    registry.register(Arc::new(fakecloud_sqs::SqsService::new(sqs.clone()).with_region(region.clone())));

    let config = DispatchConfig {
        verify_sigv4: true,
        iam_mode: IamMode::Strict,
        credential_resolver: Some(IamCredentialResolver::shared(iam.clone())),
        policy_evaluator: Some(IamPolicyEvaluatorImpl::shared(iam.clone())),
        resource_policy_provider: Some(MultiResourcePolicyProvider::shared(vec![
            StsResourcePolicyProvider::shared(iam.clone()),
            fakecloud_sqs::resource_policy::SqsResourcePolicyProvider::shared(sqs),
        ])),
        scp_resolver: Some(OrganizationsScpResolver::shared(organizations)),
        ..DispatchConfig::new(region, account)
    };
    let app = Router::new()
        .fallback(dispatch::dispatch)
        .layer(Extension(Arc::new(registry)))
        .layer(Extension(Arc::new(config)));
    println!("listening {}", bound.port());
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await.expect("serve");
}

/// The system closes the pipe when the process at its other end dies, however it dies.
fn end_with_stdin() {
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(0);
    });
}

/// Not a graceful shutdown: that waits for clients that keep their connections open.
async fn end_on_signal() {
    use tokio::signal::unix::{signal, SignalKind};
    let mut terminate = signal(SignalKind::terminate()).expect("signal");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    process::exit(0);
}
